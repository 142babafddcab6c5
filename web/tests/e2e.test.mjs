// The page end to end, in a real browser: what a person does with it, and that it shows what the command prints.
//
// Needs `dist` (cargo xtask web --release) and the command (MIMEO_EXE). Leaves pictures in target/screenshots.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, test } from "node:test";
import { brotliCompressSync } from "node:zlib";
import { ended, example, explained, run, saved, shot, stop, violations, withPage } from "./harness.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

after(stop);

const texts = (page, selector) => page.$$eval(selector, (all) => all.map((one) => one.textContent.trim()));
const side = (page, name) => page.locator("#pane-stencils").getByRole("button", { name }).click();

test("the page shows what the command prints", async () => {
  for (const name of readdirSync(join(root, "web/examples")).filter((name) => name !== "endless.py")) {
    await withPage({}, async (page) => {
      await ended(page);
      await run(page, example(name));
      await ended(page);
      if (!["aborted.py", "unstable.py"].includes(name)) {
        await side(page, "AArch64");
        assert.equal(await saved(page), explained(example(name), "aarch64"), `${name} for AArch64`);
        await side(page, "x86-64");
      }
      const json = explained(example(name), "x86_64");
      assert.equal(await saved(page), json, `${name} for x86-64`);
      const wanted = JSON.parse(json);
      const instructions = wanted.codes.flatMap((body) => body.instructions);
      assert.deepEqual(await texts(page, "#pane-bytecode .heat"), instructions.map((one) => `${one.runs}`), name);
      const trace = wanted.traces[0];
      if (!trace) return;
      const uops = trace.optimised.blocks.flatMap((block) => block.uops);
      const shown = await page.$$eval("#pane-optimised .uop:not(.ghost) .text", (all) => all.map((one) => one.firstChild.textContent));
      assert.deepEqual(shown, uops.map((uop) => uop.text), name);
      const tiles = await page.$$eval("#pane-stencils .piece .text", (all) => all.map((one) => one.firstChild.textContent));
      assert.deepEqual(tiles, trace.code.pieces.map((piece) => piece.text), name);
      const code = await page.$$eval("#pane-machine .column:first-child .instruction", (all) =>
        all.map((one) => [parseInt(one.children[0].textContent, 16), one.children[1].textContent, one.children[2].textContent]),
      );
      const lines = trace.code.lines.map((line) => [line.at, trace.code.bytes.slice(line.at * 2, (line.at + line.len) * 2), line.text]);
      assert.deepEqual(code.toSorted((a, b) => a[0] - b[0]), lines, name);
    });
  }
});

test("collections come at the same times on the page as under the command", async () => {
  const program = "def f(n):\n    total = 0\n    for i in range(n):\n        parts = [str(i), str(i * 7), [i, i]]\n        total += len(parts[0])\n    return total\nprint(f(60000))\n";
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, program);
    await ended(page);
    const json = explained(program, "x86_64");
    const attention = JSON.parse(json).traces[0].exits.find((exit) => exit.kind === "attention" && exit.taken > 0);
    assert.ok(attention.taken > 3, "it collects several times");
    assert.equal(await saved(page), json);
  });
});

test("typing makes results stale, running makes them fresh", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type('print("typed")');
    await page.waitForSelector(".stale");
    await page.keyboard.press("Control+Enter");
    await page.waitForFunction(() => document.querySelector(".output pre").textContent.includes("typed"));
    assert.equal(await page.locator(".stale").count(), 0);
  });
});

test("pointing at a byte lights its stencil, uop, instruction and source", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator("#pane-machine .column .code", { hasText: "add" }).first().hover();
    for (const pane of ["machine", "stencils", "optimised", "trace", "bytecode"]) {
      assert.ok((await page.locator(`#pane-${pane} .row.lit`).count()) > 0, pane);
    }
    assert.ok((await page.locator(".cm-lit").count()) > 0, "source");
    assert.match(await page.locator(".details").innerText(), /patched/);
    await page.locator("#pane-bytecode .row", { hasText: "FOR_ITER" }).click();
    await page.mouse.move(5, 5);
    await page.waitForFunction(() => document.querySelector(".details").textContent.startsWith("pinned"));
    assert.equal(await page.locator("#pane-bytecode .row.main").count(), 1);
    await shot(page, "pinned");
  });
});

test("the caret lights what it stands in", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator(".cm-line", { hasText: "total += i" }).click();
    await page.waitForFunction(() => document.querySelector("#pane-bytecode .row.lit"));
    const lit = await texts(page, "#pane-bytecode .row.lit .text");
    assert.ok(lit.every((text) => !text.startsWith("FOR_ITER")), `${lit}`);
  });
});

test("without super-stencils bytes and cost change", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    const before = await page.locator("#pane-stencils .figures").innerText();
    await page.locator("#super-stencils").uncheck();
    await page.waitForFunction((old) => document.querySelector("#pane-stencils .figures").innerText !== old, before);
    assert.equal(await page.locator("#pane-stencils .fused").count(), 0);
    assert.equal(await saved(page), explained(example("sum.py"), "x86_64", "--no-super-stencils"));
  });
});

test("a side trace is chosen in the tree of traces", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, example("collatz.py"));
    await ended(page);
    await page.locator("#pane-exits .tree li li .link:not(.exit-link)").first().click();
    await page.waitForSelector("#pane-exits .tree li li .link[aria-current]");
    const taken = page.locator("#pane-exits .exit").first();
    await taken.click();
    assert.match(await page.locator(".details").innerText(), /Exit x\d+ .*goes on at line/s);
  });
});

test("a permalink holds program and view", async () => {
  let hash;
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, example("newton.py"));
    await ended(page);
    await page.locator("#pane-optimised .uop:not(.ghost)").nth(3).click();
    await page.locator(".bar .panes").getByRole("button", { name: "Exits" }).click();
    await page.locator("#share").click();
    await page.waitForFunction(() => location.hash.startsWith("#1."));
    hash = await page.evaluate(() => location.hash);
  });
  await withPage({ hash }, async (page) => {
    await ended(page);
    assert.equal(await page.evaluate(() => document.querySelector(".cm-content").innerText.includes("def root")), true);
    assert.equal(await page.locator("#pane-exits").isVisible(), false);
    await page.waitForSelector("#pane-optimised .row.main");
  });
  await withPage({ hash: "#1.thisIsNoLink" }, ended);
});

test("names mean what they mean to Python, however they are written", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, "\ufb01 = 20\n\ud835\udc9e = 22\nprint(fi + C)\n");
    await page.waitForFunction(() => document.querySelector(".output pre").textContent.trim() === "42");
  });
});

test("what is wrong with a program is underlined and said", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, "x = 1\nclass A:\n    pass\n");
    await page.waitForSelector('.status[data-phase="Refused"]');
    await page.waitForSelector(".cm-lintRange-error");
    assert.match(await page.locator(".problems").innerText(), /Line 2, column 1/);
    await shot(page, "refused");
    await run(page, "def f(n):\n    return 1 // n\nf(0)\n");
    await page.waitForFunction(() => document.querySelector(".output pre").textContent.includes("ZeroDivisionError"));
    await page.waitForSelector(".cm-lintRange-error");
  });
});

test("a program that never ends is stopped at once", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    for (const program of [example("endless.py"), "while True:\n    print(1)\n"]) {
      await run(page, program);
      await page.waitForSelector('.status[data-phase="Running"]');
      const took = await page.evaluate(async () => {
        const began = performance.now();
        document.querySelector("#stop").click();
        while (document.querySelector(".status").dataset.phase !== "Stopped") await new Promise(requestAnimationFrame);
        return performance.now() - began;
      });
      assert.ok(took < 100, `${took} ms`);
    }
    await run(page, example("sum.py"));
    await ended(page);
  });
});

test("the keyboard alone reaches and pins a row", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator("#pane-stencils .rows").focus();
    for (let n = 0; n < 4; n++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.match(await page.locator(".details").innerText(), /^pinned/);
    const active = await page.locator("#pane-stencils .rows").getAttribute("aria-activedescendant");
    assert.equal(await page.locator("#pane-stencils .row.main").getAttribute("id"), active);
  });
});

for (const scheme of ["light", "dark"]) {
  test(`axe finds nothing in the ${scheme} theme`, async () => {
    await withPage({ colorScheme: scheme }, async (page) => {
      await ended(page);
      await page.locator("#pane-machine .code", { hasText: "add" }).first().click();
      const found = await violations(page);
      await shot(page, `machine-${scheme}`);
      assert.deepEqual(found, []);
    });
  });
}

test("a phone shows one pane at a time", async () => {
  await withPage({ viewport: { width: 390, height: 844 }, hasTouch: true }, async (page) => {
    await ended(page);
    await shot(page, "phone-source");
    for (const name of ["Optimised trace", "Machine code", "Registers and frame"]) {
      await page.getByRole("button", { name }).click();
      assert.equal(await page.locator(".pane:visible").count(), 1);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, name);
      const timeline = await page.locator(".track").boundingBox();
      assert.ok(timeline.y + timeline.height <= 844, `the timeline below ${name} is out of view`);
    }
    await shot(page, "phone-state");
    await page.locator(".stage", { hasText: "Copy" }).click();
    await page.waitForFunction(() => getComputedStyle(document.querySelector("#pane-machine")).display !== "none");
    await shot(page, "phone-machine");
    // Both machines' code stands in one column there, so each piece says which it is for.
    const named = await page.$$eval("#pane-machine .code.row", (rows) => rows.map((row) => getComputedStyle(row, "::before").content));
    assert.deepEqual([...new Set(named)].sort(), ['"AArch64"', '"x86-64"']);
    await page.locator("#lessons summary").click();
    await page.locator("#lessons button").nth(3).click();
    await page.waitForFunction(() => getComputedStyle(document.querySelector("#pane-stencils")).display !== "none");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, "lesson");
    await shot(page, "phone-lesson");
  });
});

test("what is transferred stays small", () => {
  const dist = join(root, "dist");
  const sizes = readdirSync(dist).map((name) => brotliCompressSync(readFileSync(join(dist, name))).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`transferred, brotli: ${total} bytes in ${sizes.length} files`);
  assert.ok(total < 900_000, `${total} bytes`);
});
