// The page's figures: what is transferred, how soon it can be used, how smoothly it scrubs, how long it is ever busy.
//
// Needs `dist` (cargo xtask web --release). Prints; judges nothing, since a busy machine is slow: `node web/tests/figures.mjs`, with the names of some of the figures
// behind it for those alone.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { drawn, ended, long, longestTask, run, saved, scrub, stop, withPage } from "./harness.mjs";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

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

/// How many uops were recorded in the trace that is shown.
const recorded = (page) => page.locator("#pane-trace .aside").innerText().then((text) => parseInt(text, 10));

/// Frame by frame over the whole timeline and back: the time from frame to frame, and what the page itself works for one; the first time, and once more.
async function scrubbed(uops) {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, long(uops));
    await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 40, null, { timeout: 60_000 });
    await ended(page);
    for (const when of ["the first time", "once more"]) {
      const { total, times, work } = await scrub(page, 240);
      console.log(`scrubbing a trace of ${await recorded(page)} recorded uops, ${total} steps, ${when}: from frame to frame ${spread(times)}; ${work.toFixed(1)} ms of the processor for each`);
    }
  });
}

/// Watches how long the page does not answer: by the clock, as a person feels it.
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

/// How long the page does not answer while something is done, by the clock, and how much of the processor its longest task takes, which other programs on the
/// machine do not change. In words.
async function busyWith(page, what) {
  await page.evaluate(() => (globalThis.longest = 0));
  const task = await longestTask(page, what);
  const answer = await page.evaluate(() => globalThis.longest);
  return `at the longest ${answer.toFixed(0)} ms without an answer, ${task.toFixed(0)} ms of the processor in one task`;
}

/// A large program runs and is shown.
async function busy(uops) {
  await withPage({}, async (page) => {
    await ended(page);
    await page.evaluate(watchBusy);
    const words = await busyWith(page, async () => {
      await run(page, long(uops));
      await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 40, null, { timeout: 120_000 });
      await ended(page);
    });
    console.log(`a trace of ${await recorded(page)} recorded uops arrives: ${words}`);
  });
}

/// A run that records 100,000 uops and more, in many traces: how long the page is busy when it arrives, with each trace, and
/// while one is scrolled through.
async function many100000() {
  await withPage({}, async (page) => {
    await ended(page);
    await page.evaluate(watchBusy);
    const arrival = await busyWith(page, async () => {
      await run(page, many(27));
      await page.waitForSelector('.status[data-phase="Ended"]', { timeout: 120_000 });
      await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 40, null, { timeout: 120_000 });
      await drawn(page);
    });
    const traces = page.locator("#pane-exits .tree .link:not(.exit-link)");
    let all = 0;
    const each = await busyWith(page, async () => {
      for (let n = 0; n < (await traces.count()); n++) {
        await traces.nth(n).click();
        await page.waitForFunction((n) => document.querySelectorAll("#pane-exits .tree .link:not(.exit-link)")[n].ariaCurrent === "true", n);
        await drawn(page);
        all += await recorded(page);
      }
    });
    console.log(`${all} recorded uops in ${await traces.count()} traces`);
    console.log(`  arrive: ${arrival}`);
    console.log(`  another trace is looked at: ${each}`);
    const scrolled = await busyWith(page, () =>
      page.evaluate(async () => {
        for (const list of document.querySelectorAll(".rows")) {
          for (let n = 0; n <= 30; n++) {
            list.scrollTop = (list.scrollHeight * n) / 30;
            await new Promise(requestAnimationFrame);
          }
        }
      }),
    );
    console.log(`  every listing is scrolled through: ${scrolled}`);
    const searched = await busyWith(page, async () => {
      await page.locator("#search").fill("guard");
      await page.waitForFunction(() => /row/.test(document.querySelector(".found").textContent));
      await drawn(page);
    });
    console.log(`  a word is searched for: ${searched}`);
  });
}

/// What is shown of the longest trace is saved.
async function saving() {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, long(3_900));
    await ended(page);
    await page.evaluate(watchBusy);
    for (const id of ["save-html", "save-svg"]) {
      let text;
      const words = await busyWith(page, async () => (text = await saved(page, id)));
      console.log(`${id} of a trace of ${await recorded(page)} recorded uops, ${text.length} letters: ${words}`);
    }
  });
}

const all = { transferred, interactive, scrub: () => scrubbed(1_000), scrub2600: () => scrubbed(2_600), busy: () => busy(1_000), busy3900: () => busy(3_900), many: many100000, saving };
for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(all)) await all[name]();
await stop();
