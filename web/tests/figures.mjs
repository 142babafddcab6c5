// The page's figures: what is transferred, how soon it can be used, how smoothly it scrubs, how long it is ever busy.
//
// Needs `dist` (cargo xtask web --release). Prints; judges nothing, since a busy machine is slow: `node web/tests/figures.mjs`.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { drawn, ended, run, stop, withPage } from "./harness.mjs";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

/// A loop whose trace has about so many recorded uops.
function long(uops) {
  const lines = Array.from({ length: Math.ceil(uops / 13) }, (_, n) => `        a = a + (b ^ ${n})\n        b = b & a\n`);
  return `def f(n):\n    a = 1\n    b = 2\n    for i in range(n):\n${lines.join("")}    return a\nprint(f(200))\n`;
}

/// So many loops, each with a trace of nearly 4,000 recorded uops, which is as long as a recording may become.
function many(loops) {
  const body = Array.from({ length: 20 }, (_, n) => `    a = a + (b ^ ${n})\n    b = b & a\n`).join("");
  const calls = "        a = g(a, i)\n".repeat(14);
  const loop = (n) => `def h${n}(n):\n    a = ${n}\n    for i in range(n):\n${calls}    return a\nh${n}(100)\n`;
  return `def g(a, b):\n${body}    return a\n${Array.from({ length: loops }, (_, n) => loop(n)).join("")}`;
}

/// Numbers in order: the middle one, and the one that 95 of 100 do not pass.
function spread(times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.floor(sorted.length * share)];
  return `${at(0.5).toFixed(1)} ms in the median, ${at(0.95).toFixed(1)} at the 95th percentile`;
}

function transferred() {
  const sizes = readdirSync(dist).map((name) => [name, brotliCompressSync(readFileSync(join(dist, name))).length]);
  const total = sizes.reduce((sum, [, size]) => sum + size, 0);
  console.log(`transferred, brotli: ${total} bytes`);
  for (const [name, size] of sizes.sort((a, b) => b[1] - a[1]).slice(0, 4)) console.log(`  ${name}: ${size}`);
}

/// From the request to a page that answers, with its processor slowed down four times.
async function interactive() {
  await withPage({}, async (page, address, context) => {
    await ended(page);
    const session = await context.newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const times = [];
    for (let n = 0; n < 5; n++) {
      await page.goto("about:blank");
      await page.goto(address);
      await page.waitForSelector(".cm-content");
      times.push(await page.evaluate(() => performance.now()));
    }
    times.sort((a, b) => a - b);
    console.log(`editor and buttons there, processor slowed four times: ${times.map((ms) => Math.round(ms)).join(", ")} ms`);
  });
}

/// Frame by frame over the whole timeline and back: the time from frame to frame, and what the page itself works for one.
async function scrub(uops) {
  await withPage({}, async (page, _, context) => {
    await ended(page);
    await run(page, long(uops));
    await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 100, null, { timeout: 60_000 });
    await ended(page);
    const session = await context.newCDPSession(page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    const worked = async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
    };
    const before = await worked();
    const frames = await page.evaluate(async () => {
      const slider = document.querySelector("#scrubber");
      const total = Number(slider.max);
      const times = [];
      let last = await new Promise(requestAnimationFrame);
      for (let n = 0; n < 240; n++) {
        slider.value = Math.round(total * (0.5 - 0.5 * Math.cos((n / 120) * Math.PI)));
        slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
        const now = await new Promise(requestAnimationFrame);
        times.push(now - last);
        last = now;
      }
      return { total, rows: document.querySelectorAll("#pane-trace .row").length, times };
    });
    const each = (await worked() - before) / frames.times.length;
    console.log(`scrubbing a trace of ${frames.rows} recorded uops, ${frames.total} steps: from frame to frame ${spread(frames.times)}; ${each.toFixed(1)} ms of the processor for each`);
  });
}

/// How long the page does not answer, at the longest, since the last time it was asked.
const watchBusy = () => {
  globalThis.longest = 0;
  let last = performance.now();
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    const now = performance.now();
    globalThis.longest = Math.max(globalThis.longest, now - last);
    last = now;
    setTimeout(() => channel.port2.postMessage(0), 0);
  };
  channel.port2.postMessage(0);
};
const longest = (page) =>
  page.evaluate(() => {
    const { longest } = globalThis;
    globalThis.longest = 0;
    return Math.round(longest);
  });

/// The longest time that the page does not answer while a large program runs and is shown.
async function busy(uops) {
  await withPage({}, async (page) => {
    await ended(page);
    await page.evaluate(watchBusy);
    await run(page, long(uops));
    await longest(page);
    await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 100, null, { timeout: 120_000 });
    await ended(page);
    const rows = await page.locator("#pane-trace .row").count();
    console.log(`a trace of ${rows} recorded uops: the page is busy for ${await longest(page)} ms at the longest`);
  });
}

/// A run that records 100,000 uops and more, in many traces: how long the page is busy when it arrives, and with each trace.
async function many100000() {
  await withPage({}, async (page) => {
    await ended(page);
    await page.evaluate(watchBusy);
    await run(page, many(26));
    await longest(page);
    await page.waitForSelector('.status[data-phase="Ended"]', { timeout: 120_000 });
    await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 1_000, null, { timeout: 120_000 });
    await drawn(page);
    const first = await longest(page);
    const traces = page.locator("#pane-exits .tree .link:not(.exit-link)");
    let [recorded, each] = [0, 0];
    for (let n = 0; n < (await traces.count()); n++) {
      await traces.nth(n).click();
      await page.waitForFunction((n) => document.querySelectorAll("#pane-exits .tree .link:not(.exit-link)")[n].ariaCurrent === "true", n);
      await drawn(page);
      recorded += await page.locator("#pane-trace .row").count();
      each = Math.max(each, await longest(page));
    }
    console.log(`${recorded} recorded uops in ${await traces.count()} traces: the page is busy for ${first} ms at the longest when they arrive, ${each} ms when another trace is looked at`);
  });
}

transferred();
await interactive();
await scrub(1_000);
await scrub(2_600);
await busy(1_000);
await busy(3_900);
await many100000();
await stop();
