// The page's figures: what is transferred, how soon it can be used, how smoothly it scrubs, how long it is ever busy.
//
// Needs `dist` (cargo xtask web --release). Prints; judges nothing, since a busy machine is slow: `node web/tests/figures.mjs`.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { ended, run, stop, withPage } from "./harness.mjs";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

/// A loop whose trace has about so many uops.
function long(uops) {
  const lines = Array.from({ length: Math.ceil(uops / 5) }, (_, n) => `        a = a + (b ^ ${n})\n        b = b & a\n`);
  return `def f(n):\n    a = 1\n    b = 2\n    for i in range(n):\n${lines.join("")}    return a\nprint(f(200))\n`;
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

/// Frame by frame over the whole timeline and back.
async function scrub(uops) {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, long(uops));
    await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 100, null, { timeout: 60_000 });
    await ended(page);
    const frames = await page.evaluate(async () => {
      const slider = document.querySelector("#scrubber");
      const total = Number(slider.max);
      const times = [];
      for (let n = 0; n < 240; n++) {
        const at = Math.round(total * (0.5 - 0.5 * Math.cos((n / 120) * Math.PI)));
        const began = performance.now();
        slider.value = at;
        slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
        await new Promise(requestAnimationFrame);
        times.push(performance.now() - began);
      }
      return { total, rows: document.querySelectorAll("#pane-trace .row").length, times: times.sort((a, b) => a - b) };
    });
    const at = (share) => frames.times[Math.floor(frames.times.length * share)].toFixed(1);
    console.log(`scrubbing a trace of ${frames.rows} recorded uops, ${frames.total} steps: ${at(0.5)} ms a frame in the median, ${at(0.95)} at the 95th percentile`);
  });
}

/// The longest time that the page does not answer while a large program runs and is shown.
async function busy(uops) {
  await withPage({}, async (page) => {
    await ended(page);
    await page.evaluate(() => {
      globalThis.longest = 0;
      let last = performance.now();
      const look = () => {
        const now = performance.now();
        globalThis.longest = Math.max(globalThis.longest, now - last);
        last = now;
        setTimeout(look, 0);
      };
      look();
    });
    await run(page, long(uops));
    await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 100, null, { timeout: 120_000 });
    await ended(page);
    const [longest, rows] = await page.evaluate(() => [globalThis.longest, document.querySelectorAll("#pane-trace .row").length]);
    console.log(`a trace of ${rows} recorded uops: the page is busy for ${Math.round(longest)} ms at the longest`);
  });
}

transferred();
await interactive();
await scrub(1_000);
await busy(1_000);
await busy(3_900);
await stop();
