// Long listings: only what is near is in the document, and nobody notices. Needs what e2e.test.mjs needs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { drawn, ended, explained, long, longestTask, run, saved, stop, violations, withPage } from "./harness.mjs";

after(stop);

const PROGRAM = long(3_770);
/// No listing has more rows in the document than this, but for the machine code with its two columns.
const MOST = 400;

const rows = (page, pane) => page.$$eval(`#pane-${pane} .row`, (rows) => rows.map((row) => row.textContent));
const count = (page, pane) => page.locator(`#pane-${pane} .row`).count();
/// Opens the page with a long trace, and hands it to `use` with what the command says of it.
const withLong = (use) =>
  withPage({}, async (page, ...more) => {
    await ended(page);
    await run(page, PROGRAM);
    await ended(page);
    const trace = JSON.parse(explained(PROGRAM, "x86_64")).traces[0];
    assert.ok(trace.recorded.length > 3_000, `${trace.recorded.length} recorded uops`);
    await use(page, trace, ...more);
  });
/// Two frames: what a scrolled list draws is there.
const frames = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
/// Waits until a pane's list shows lines at its top, in its middle and at its bottom.
const isFilled = (page, pane) =>
  page.waitForFunction((pane) => {
    const { left, top, width, height } = document.querySelector(`#pane-${pane} .rows`).getBoundingClientRect();
    const line = (share) => document.elementFromPoint(left + width / 4, top + height * share)?.closest(".chunk");
    return line(0.1) && line(0.5) && line(0.9);
  }, pane);

/// Scrolls a pane's list to a share of its height, and waits until what is there has been drawn: that begins only with the event of
/// scrolling, a frame later.
const scroll = async (page, pane, share) => {
  await page.locator(`#pane-${pane} .rows`).evaluate((list, share) => (list.scrollTop = share * list.scrollHeight), share);
  await frames(page);
  await isFilled(page, pane);
  await drawn(page);
};

test("of a long listing only what is near is in the document, and it is there wherever one scrolls", async () => {
  await withLong(async (page, trace) => {
    for (const [pane, most] of [["trace", MOST], ["optimised", MOST], ["stencils", MOST], ["machine", 2 * MOST], ["bytecode", MOST]]) {
      await page.locator(`#pane-${pane} .rows`).scrollIntoViewIfNeeded();
      for (const share of [0, 0.2, 0.9, 0.5, 1, 0]) {
        await scroll(page, pane, share);
        assert.ok((await count(page, pane)) <= most, `${pane} at ${share}`);
      }
    }
    const [places, sizes] = await page.$$eval("#pane-trace .row", (rows) => ["ariaPosInSet", "ariaSetSize"].map((name) => rows.map((row) => row[name])));
    assert.deepEqual(places, places.map((_, n) => `${n + 1}`));
    assert.ok(sizes.every((size) => size === `${trace.recorded.length}`));
    await scroll(page, "trace", 1);
    const last = (await rows(page, "trace")).at(-1);
    assert.ok(last.includes(trace.recorded.at(-1).text.split(" ")[0]), last);
    assert.deepEqual(await violations(page), []);
  });
});

test("rows stay where they are while those above them are drawn", async () => {
  await withLong(async (page) => {
    const list = page.locator("#pane-optimised .rows");
    await scroll(page, "optimised", 0.5);
    // Up by a little at a time: what is in view moves by just that.
    for (let n = 0; n < 40; n++) {
      const moved = await list.evaluate(async (list) => {
        const view = list.getBoundingClientRect();
        const row = document.elementFromPoint(view.left + view.width / 2, view.top + view.height / 3).closest(".chunk > *");
        const before = row.getBoundingClientRect().top;
        list.scrollTop -= 60;
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        return row.getBoundingClientRect().top - before;
      });
      assert.ok(Math.abs(moved - 60) < 2, `${moved} pixels`);
    }
  });
});

test("what belongs together comes into view, drawn or not", async () => {
  await withLong(async (page, trace) => {
    await page.locator("#pane-trace .rows").focus();
    await page.keyboard.press("End");
    const last = `k-r${trace.recorded.length - 1}`;
    await page.waitForSelector(`#${last}.main`);
    assert.equal(await page.locator("#pane-trace .rows").getAttribute("aria-activedescendant"), last);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.waitForSelector(`#k-r${trace.recorded.length - 3}.main`);
    await page.keyboard.press("Home");
    await page.waitForSelector("#k-r0.main");
    // A place of the timeline in the middle of the recording, and one in the middle of the copying.
    const isInView = (pane) =>
      page.waitForFunction((pane) => {
        const list = document.querySelector(`#pane-${pane} .rows`).getBoundingClientRect();
        const row = document.querySelector(`#pane-${pane} .row.main`)?.getBoundingClientRect();
        return row && row.top >= list.top - 1 && row.bottom <= list.bottom + 1;
      }, pane);
    await page.locator("#scrubber").fill("900");
    await page.waitForSelector("#k-r899.main");
    await isInView("trace");
    assert.equal(await page.locator("#k-r900.future").count(), 1);
    assert.equal(await page.locator("#k-r898.future").count(), 0);
    for (const [stage, pane] of [["Optimise", "optimised"], ["Select", "stencils"], ["Copy", "machine"]]) {
      await page.evaluate((stage) => [...document.querySelectorAll(".stage")].find((button) => button.textContent === stage).click(), stage);
      await page.waitForFunction((stage) => document.querySelector(".stage.current").textContent === stage, stage);
      const start = Number(await page.locator("#scrubber").inputValue());
      await page.locator("#scrubber").fill(`${start - 300}`);
      await isInView(pane);
    }
  });
});

test("another trace begins at its first row, and the same with another stencil stays where it is", async () => {
  await withLong(async (page) => {
    const list = page.locator("#pane-stencils .rows");
    await scroll(page, "stencils", 0.5);
    // Nothing is looked at that the lists would go to.
    await page.keyboard.press("Escape");
    const before = await list.evaluate((list) => list.scrollTop);
    await page.locator("#super-stencils").uncheck();
    await page.waitForFunction(() => !document.querySelector("#pane-stencils .fused"));
    await drawn(page);
    const now = await list.evaluate((list) => list.scrollTop);
    assert.ok(Math.abs(now - before) < before / 4, `from ${before} to ${now}`);
    await run(page, PROGRAM.replace("b = 2", "b = 3"));
    await ended(page);
    await page.waitForFunction(() => document.querySelector("#pane-stencils .rows").scrollTop === 0);
  });
});

test("a search goes through all rows, drawn or not", async () => {
  await withLong(async (page, trace) => {
    await page.locator("#search").fill("_BINARY_OP_ADD_INT");
    const found = trace.recorded.filter((recorded) => recorded.text.includes("_BINARY_OP_ADD_INT")).length;
    assert.ok(found > 100);
    await page.waitForFunction(() => /row/.test(document.querySelector(".found").textContent));
    await drawn(page);
    const all = await page.locator("#pane-trace .row").first().getAttribute("aria-setsize");
    assert.equal(all, `${found}`);
    assert.ok((await rows(page, "trace")).every((text) => text.includes("_BINARY_OP_ADD_INT")));
  });
});

test("all rows are printed and saved", async () => {
  await withLong(async (page, trace) => {
    let html;
    const longest = await longestTask(page, async () => (html = await saved(page, "save-html")));
    // Half of that on a machine at rest: the page answers meanwhile.
    assert.ok(longest < 150, `a task of ${longest} ms`);
    const ids = [...html.matchAll(/ id="([ksm]-[a-z][0-9-]+)"/g)].map(([, id]) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.deepEqual(ids.filter((id) => id.startsWith("k-r")), trace.recorded.map((_, n) => `k-r${n}`));
    assert.ok(html.includes(`id="k-r${trace.recorded.length - 1}"`));
    assert.ok(html.includes(`id="s-p${trace.code.pieces.length - 1}"`) && html.includes(`id="m-p${trace.code.pieces.length - 1}"`));
    await drawn(page);
    assert.ok((await count(page, "trace")) <= MOST);
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await count(page, "trace"), trace.recorded.length);
    const uops = trace.optimised.blocks.flatMap((block) => block.uops);
    const shown = await page.$$eval("#pane-optimised .uop:not(.ghost) .text", (all) => all.map((one) => one.firstChild.textContent));
    assert.deepEqual(shown, uops.map((uop) => uop.text));
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await drawn(page);
    assert.ok((await count(page, "trace")) <= MOST);
  });
});
