// One chain of provenance, whoever asks: mouse, pin and caret light the same; tooltips and tables say what the engine says.
// Needs what e2e.test.mjs needs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { drawn, ended, example, explained, run, saved, shot, stop, violations, withPage } from "./harness.mjs";

after(stop);

const lit = (page) =>
  page.evaluate(() => ({
    rows: [...document.querySelectorAll(".row.lit")].map((row) => row.id).sort(),
    source: [...document.querySelectorAll(".cm-lit")].map((part) => part.textContent).join(""),
  }));
/// Away from all rows.
const away = (page) => page.mouse.move(5, 5);
const PANES = ["bytecode", "trace", "optimised", "stencils", "machine"];

test("pointing, pinning and the keyboard light the same in every pane", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    const add = page.locator("#pane-bytecode .row", { hasText: "BINARY_OP" }).first();
    await add.hover();
    await page.waitForSelector("#pane-bytecode .row.lit");
    const pointed = await lit(page);
    for (const pane of PANES) assert.ok((await page.locator(`#pane-${pane} .row.lit`).count()) > 0, pane);
    assert.ok(pointed.source.length > 0);
    await add.click();
    await away(page);
    await page.waitForFunction(() => document.querySelector(".details").textContent.startsWith("pinned"));
    assert.deepEqual(await lit(page), pointed);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => !document.querySelector(".row.lit"));
    await page.locator("#pane-bytecode .rows").focus();
    const place = await add.evaluate((row) => [...document.querySelectorAll("#pane-bytecode .row")].indexOf(row));
    await page.keyboard.press("Home");
    for (let n = 0; n < place; n++) await page.keyboard.press("ArrowDown");
    await page.waitForSelector("#pane-bytecode .row.main.lit");
    assert.deepEqual(await lit(page), pointed);
  });
});

test("the caret lights what pointing at its instructions lights", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator(".cm-line", { hasText: "total += i" }).click();
    await page.waitForSelector("#pane-bytecode .row.lit");
    await away(page);
    const caret = await lit(page);
    const instructions = caret.rows.filter((id) => id.startsWith("k-i"));
    const [rows, sources] = [new Set(), new Set()];
    for (const id of instructions) {
      await page.locator(`#${id}`).hover();
      await page.waitForSelector(`#${id}.main`);
      const one = await lit(page);
      one.rows.forEach((row) => rows.add(row));
      sources.add(one.source);
    }
    assert.deepEqual([...rows].sort(), caret.rows);
    assert.ok(sources.has(caret.source), `${caret.source} is not among ${[...sources]}`);
  });
});

test("from any row, what lights up leads back to it", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    for (const pane of PANES.slice(1)) {
      const row = page.locator(`#pane-${pane} .row`).nth(6);
      await row.hover();
      await page.waitForFunction((pane) => document.querySelector(`#pane-${pane} .row.main`), pane);
      const { rows } = await lit(page);
      const own = await row.getAttribute("id");
      const instruction = rows.find((id) => id.startsWith("k-i"));
      assert.ok(instruction, pane);
      await page.locator(`#${instruction}`).hover();
      await page.waitForSelector(`#${instruction}.main`);
      assert.ok((await lit(page)).rows.includes(own), pane);
    }
  });
});

test("every uop has a tooltip from its own documentation", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    const { glossary } = JSON.parse(await saved(page));
    const docs = new Map(glossary.map(({ name, text }) => [name, `${name}: ${text}`]));
    const name = (text) => text.trim().split(" = ").at(-1).split(/\s/)[0];
    const titles = (selector) => page.$$eval(selector, (rows) => rows.map((row) => [row.querySelector(".text").firstChild.textContent, row.title]));
    for (const [selector, of] of [["#pane-trace .row", name], ["#pane-optimised .row", name], ["#pane-bytecode .row", name]]) {
      for (const [text, title] of await titles(selector)) {
        assert.ok(title.length > of(text).length + 5, `${selector} ${text} has no tooltip`);
        assert.equal(title, docs.get(of(text)), text);
      }
    }
    const stencils = await titles("#pane-stencils .row.role-uop");
    assert.ok(stencils.length > 5);
    for (const [text, title] of stencils) assert.equal(title, text.split(" + ").map((uop) => docs.get(name(uop))).join("\n"), text);
  });
});

test("every picture has its table, opened and closed by keyboard", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, example("types.py"));
    await ended(page);
    const wanted = JSON.parse(await saved(page));
    await page.locator("#pane-trace .rows").focus();
    await page.keyboard.press("t");
    await page.waitForFunction(() => document.activeElement?.id === "tables-close");
    const tables = await page.$$eval(".sheet table", (tables) =>
      tables.map((table) => ({ title: table.caption.textContent, rows: [...table.tBodies[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent)) })),
    );
    const [heat, exits, stencils, stages] = tables.map((table) => table.rows);
    const instructions = wanted.codes.flatMap((body) => body.instructions.map((one) => [body.name, `${one.pc}`, `${one.source.line}`, one.text, `${one.runs}`]));
    assert.deepEqual(heat, instructions);
    const taken = wanted.traces.flatMap((trace) => trace.exits.filter((exit) => exit.taken + exit.followed > 0 || exit.leads_to !== null).map((exit) => [`x${exit.id}`, exit.kind, `${exit.taken + exit.followed}`]));
    assert.deepEqual(exits.filter((row) => row[2]).map((row) => [row[2], row[3], row[5]]), taken);
    assert.deepEqual(stencils.map((row) => row[1]), wanted.traces[0].code.pieces.map((piece) => piece.text));
    assert.equal(stages[0][1], `${wanted.traces[0].recorded.length}`);
    assert.equal(stages.at(-1)[3], await page.locator("#scrubber").getAttribute("max"));
    // No picture is drawn that has none: nothing on the page is an image, a canvas or a drawing.
    assert.equal(await page.locator("main :is(img, canvas, svg, [role=img])").count(), 0);
    assert.deepEqual(await violations(page), []);
    await shot(page, "tables");
    await page.keyboard.press("Tab");
    assert.ok(await page.evaluate(() => document.activeElement.matches(".sheet .tables")));
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.id === "tables" && !document.querySelector(".sheet"));
  });
});

test("names of characters are left to the command, and the page says so", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, 'print("\\N{BULLET}")\n');
    await page.waitForSelector('.status[data-phase="Refused"]');
    const said = await page.locator(".problems").innerText();
    assert.match(said, /Line 1/);
    assert.match(said, /does not know characters by name/);
    // The command takes it.
    assert.equal(JSON.parse(explained('print("\\N{BULLET}")\n', "x86_64")).traces.length, 0);
    await run(page, 'print("\\u2022")\n');
    await page.waitForFunction(() => document.querySelector(".output pre").textContent === "\u2022\n");
    await drawn(page);
  });
});
