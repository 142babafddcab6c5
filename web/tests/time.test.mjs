// The timeline, exits, choices and lessons in a real browser. Needs what e2e.test.mjs needs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { drawn, ended, example, explained, long, run, saved, scrub, shot, stop, violations, withPage } from "./harness.mjs";

after(stop);

const place = (page) => page.locator("#scrubber").evaluate((slider) => Number(slider.value));
const count = (page, selector) => page.locator(selector).count();
/// The tables of the pane of registers and frame, as objects by title.
const held = (page) =>
  page.$$eval("#pane-state table", (tables) =>
    Object.fromEntries(
      tables.map((table) => [
        table.caption.textContent,
        Object.fromEntries([...table.tBodies[0].rows].map((row) => [row.cells[0].textContent, row.cells[1].firstChild.textContent])),
      ]),
    ),
  );

test("the timeline goes both ways, and rows keep their places", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    const wanted = JSON.parse(await saved(page)).traces[0];
    const tops = () => page.$$eval("#pane-stencils .row", (rows) => rows.map((row) => row.offsetTop));
    await page.locator("#pane-stencils .rows").evaluate((list) => (list.scrollTop = 0));
    await page.locator(".stage", { hasText: "Record" }).click();
    assert.equal(await place(page), wanted.recorded.length);
    assert.equal(await count(page, "#pane-trace .row.future"), 0);
    const recorded = await tops();
    assert.ok((await count(page, "#pane-stencils .row.future")) > 10);
    await page.locator("#pane-trace .rows").focus();
    for (let n = 0; n < 3; n++) await page.keyboard.press(",");
    assert.equal(await count(page, "#pane-trace .row.future"), 3);
    await shot(page, "record");
    await page.keyboard.press(">");
    await page.keyboard.press(">");
    assert.equal(await count(page, "#pane-optimised .row.future, #pane-optimised .row.pending"), 0);
    await page.locator(".stage", { hasText: "Select" }).click();
    assert.ok((await count(page, "#pane-stencils .piece.pending")) > 10);
    await page.locator(".stage", { hasText: "Copy" }).click();
    assert.ok((await count(page, "#pane-machine .code.pending")) > 10);
    await shot(page, "copied");
    await page.locator(".stage", { hasText: "Patch" }).click();
    assert.equal(await count(page, ".row.future, .row.pending"), 0);
    assert.deepEqual((await tops()).length, recorded.length);
  });
});

test("going fast along the timeline of 1,000 uops is laid out once a frame, and shows what going slowly shows", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, long(1_000));
    await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 900);
    await ended(page);
    const { total, work, styles, layouts } = await scrub(page, 120);
    assert.ok(total > 4_000, `${total} steps`);
    assert.ok(styles < 1.3 && layouts < 1.3, `styles ${styles} times a frame, layout ${layouts} times`);
    // Twice what a frame may take: a machine that does much else is slow. `figures.mjs` has the figures.
    assert.ok(work < 2_000 / 60, `${work} ms of the processor for each frame`);
    const look = () => page.$$eval("main .row", (rows) => rows.map((row) => [row.id, row.className]));
    const rest = async () => {
      await page.waitForFunction(() => !document.querySelector(".hurried"));
      await page.waitForFunction(() => document.querySelector(".row.main"));
    };
    const middle = Math.round(total * 0.6);
    for (const to of [total, 7, middle + 90, middle]) await page.locator("#scrubber").fill(`${to}`);
    await rest();
    const jumped = await look();
    await page.locator("#pane-trace .rows").focus();
    for (let n = 0; n < 3; n++) await page.keyboard.press(".");
    for (let n = 0; n < 3; n++) await page.keyboard.press(",");
    assert.equal(await place(page), middle);
    assert.deepEqual(await look(), jumped);
  });
});

test("who slides sees rows in view as they are, and the others when the scrubber rests", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await run(page, long(1_000));
    await page.waitForFunction(() => document.querySelectorAll("#pane-trace .row").length > 900);
    await ended(page);
    const total = Number(await page.locator("#scrubber").getAttribute("max"));
    for (const share of [0.1, 0.25, 0.5, 0.64, 0.72, 0.4, 0]) {
      const to = Math.round(total * share);
      const seen = await page.evaluate(async (to) => {
        const slider = document.querySelector("#scrubber");
        const from = Number(slider.value);
        for (let n = 1; n <= 8; n++) {
          slider.value = Math.round(from + ((to - from) * n) / 8);
          slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
          await new Promise(requestAnimationFrame);
        }
        const isIn = (row, list) => row.bottom > list.top && row.top < list.bottom;
        const look = (row) => [row.id, row.classList.contains("future"), row.classList.contains("pending")];
        const inView = (list) => [...list.querySelectorAll(".row")].filter((row) => isIn(row.getBoundingClientRect(), list.getBoundingClientRect()));
        return [...document.querySelectorAll(".rows")].flatMap(inView).map(look);
      }, to);
      await page.waitForFunction(() => !document.querySelector(".hurried"));
      const rested = await page.evaluate((ids) => ids.map((id) => document.getElementById(id)).map((row) => [row.id, row.classList.contains("future"), row.classList.contains("pending")]), seen.map(([id]) => id));
      assert.ok(seen.length > 50);
      assert.deepEqual(seen, rested, `at step ${to}`);
    }
    // What was passed without being seen is there: at the beginning nothing is.
    assert.equal(await count(page, "#pane-trace .row:not(.future), #pane-stencils .row:not(.future), #pane-machine .row:not(.future)"), 0);
  });
});

test("playing shows the trace forming and ends at the end", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator("#scrubber").fill("0");
    await page.locator("#play").click();
    await page.waitForFunction(() => Number(document.querySelector("#scrubber").value) > 3);
    assert.ok((await count(page, "#pane-trace .row:not(.future)")) > 0);
    await page.locator("#play").click();
    const stopped = await place(page);
    await page.evaluate(() => new Promise((done) => setTimeout(done, 500)));
    assert.equal(await place(page), stopped);
  });
});

test("stepping through the run shows what the engine says that registers, values and frame hold", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    const trace = JSON.parse(await saved(page)).traces[0];
    await page.locator("#pane-stencils .rows").focus();
    const [values, registers] = [{}, {}];
    for (const [n, step] of trace.run.steps.entries()) {
      await page.keyboard.press(".");
      for (const { name, value } of step.values) values[name] = value;
      for (const { name, value } of trace.code.states[n].registers) {
        if (value === null) delete registers[name];
        else registers[name] = value;
      }
      const shown = await held(page);
      assert.deepEqual(shown.Values ?? {}, values, `values at step ${n}`);
      assert.deepEqual(shown.Registers ?? {}, registers, `registers at step ${n}`);
      if (n === 12) {
        assert.equal(await count(page, "#pane-state .changed"), step.values.length + trace.code.states[n].registers.length);
        await page.locator("main").evaluate((panes) => (panes.scrollLeft = panes.scrollWidth));
        await shot(page, "run");
      }
    }
    for (const variable of trace.run.frame) assert.ok((await held(page)).Frame[variable.name] !== undefined);
    await page.keyboard.press(",");
    assert.equal(await place(page), Number(await page.locator("#scrubber").getAttribute("max")) - 1);
  });
});

test("an exit is replayed: which guard failed, what went back", async () => {
  await withPage({ colorScheme: "dark" }, async (page) => {
    await ended(page);
    await run(page, example("types.py"));
    await ended(page);
    const exits = JSON.parse(await saved(page)).traces[0].exits;
    const exit = exits.find((one) => one.kind === "guard" && one.taken > 0);
    await page.locator(".exit-link", { hasText: `x${exit.id} guard` }).click();
    await page.waitForFunction((guard) => document.querySelector("#pane-state .head").textContent.includes(guard), exit.replay.guard);
    const shown = await held(page);
    assert.deepEqual(shown["What the guard saw"], Object.fromEntries(exit.replay.operands.map((one) => [one.name, one.value])));
    assert.deepEqual(shown["What went back into the frame"], Object.fromEntries(exit.replay.frame.map((one) => [one.name, one.value])));
    assert.equal(await page.locator(`#k-u${exit.replay.uop}.lit`).count(), 1);
    const times = await page.locator(".exit-link", { hasText: `x${exit.id} guard` }).locator("b").innerText();
    assert.equal(times, `${exit.taken + exit.followed} times`);
    await page.locator("main").evaluate((panes) => (panes.scrollLeft = panes.scrollWidth));
    await shot(page, "replay-dark");
  });
});

test("another stencil can be chosen, and the page shows what the command prints for that choice", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    const plain = JSON.parse(await saved(page));
    const { choice } = plain.traces[0].code.pieces.find((piece) => piece.fused && piece.choice?.rejected.length);
    await page.locator("#pane-stencils .piece.fused .note").first().click();
    const other = choice.rejected.at(-1).pattern;
    await page.locator(".details").getByRole("button", { name: `Choose ${other}`, exact: true }).click();
    await page.waitForSelector("#pane-stencils .forced");
    await page.waitForSelector("#pane-stencils .than");
    await shot(page, "chosen");
    const wanted = explained(example("sum.py"), "x86_64", "--choose", `0:${choice.place}=${other}`);
    assert.equal(await saved(page), wanted);
    await page.locator("#unchoose").click();
    await page.waitForFunction(() => !document.querySelector("#pane-stencils .forced"));
    assert.deepEqual(JSON.parse(await saved(page)), plain);
  });
});

test("a permalink holds choices and the place on the timeline", async () => {
  let hash;
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator("#pane-stencils .piece.fused .note").first().click();
    await page.locator(".details .choose").first().click();
    await page.waitForSelector("#pane-stencils .forced");
    await page.locator("#scrubber").fill("5");
    await page.locator("#share").click();
    await page.waitForFunction(() => location.hash.startsWith("#1."));
    hash = await page.evaluate(() => location.hash);
  });
  await withPage({ hash }, async (page) => {
    await ended(page);
    await page.waitForSelector("#pane-stencils .forced", { state: "attached" });
    assert.equal(await place(page), 5);
  });
});

test("a lesson is gone through by keyboard alone, and asks before it tells", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator("#lessons summary").focus();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "tour-title");
    await ended(page);
    await page.waitForSelector("#tour input[type=radio]");
    assert.ok(await page.locator("#tour-next").isDisabled());
    assert.equal(await page.locator(".answer").innerText(), "");
    const press = async (key, until) => {
      for (let n = 0; n < 40 && !(await page.evaluate((id) => document.activeElement?.matches(id), until)); n++) await page.keyboard.press(key);
      assert.ok(await page.evaluate((id) => document.activeElement?.matches(id), until), until);
    };
    await press("Tab", "#tour input[type=radio]");
    await page.keyboard.press("Space");
    await press("Tab", "#tour-check");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".answer").textContent.length > 20);
    const runs = await page.locator("#pane-bytecode .row", { hasText: "FOR_ITER" }).locator(".heat").innerText();
    assert.ok((await page.locator(".answer").innerText()).includes(`${runs} times`));
    await shot(page, "lesson");
    await press("Tab", "#tour-next");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector("#tour .count").textContent.startsWith("Step 2"));
    assert.equal(await page.locator(".stage.current").innerText(), "Record");
    await press("Shift+Tab", "#tour-close");
    await page.keyboard.press("Enter");
    assert.equal(await count(page, "#tour"), 0);
  });
});

test("every lesson can be gone through to its end", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    const lessons = await count(page, "#lessons li");
    assert.ok(lessons >= 8);
    await page.locator("#lessons summary").click();
    await page.locator("#lessons button").first().click();
    for (let n = 0; n < lessons; n++) {
      await ended(page);
      const steps = Number((await page.locator("#tour .count").innerText()).split(" ").at(-1));
      for (let step = 1; step <= steps; step++) {
        await page.waitForSelector("#tour fieldset, #tour-next:not([disabled])");
        await drawn(page);
        // The step points at a pane that is in view, and at a row that is.
        await page.waitForFunction(() => {
          const inside = (part, whole) => part.left >= whole.left - 1 && part.left < whole.right && part.top >= whole.top - 1 && part.bottom <= whole.bottom + 1;
          const [told, more] = document.querySelectorAll(".pane.told");
          const row = told?.querySelector(".row.main");
          const list = told?.querySelector(".rows");
          return told && !more && inside(told.getBoundingClientRect(), document.querySelector("main").getBoundingClientRect()) && (!row || inside(row.getBoundingClientRect(), list.getBoundingClientRect()));
        });
        if (await page.locator("#tour fieldset").count()) {
          // Nothing gives the answer away.
          const telling = ".aside, .heat, .warning, .details > *, #pane-exits .tree, #pane-exits .cost, #pane-state.told td, .row.main .hole, .piece.main .final";
          assert.equal(await page.locator(telling).filter({ visible: true }).count(), 0);
          await page.locator("#tour input[type=radio]").first().check();
          await page.locator("#tour-check").click();
          await page.waitForSelector("#tour .option.right");
          assert.ok((await page.locator("main .aside").filter({ visible: true }).count()) > 0);
          assert.ok((await page.locator("#tour .answer").innerText()).length > 20);
        }
        const before = await page.locator("#tour").innerText();
        await page.locator("#tour-next").click();
        await page.waitForFunction((old) => document.querySelector("#tour")?.innerText !== old, before);
      }
    }
    assert.equal(await count(page, "#tour"), 0);
  });
});

test("rows are searched, and only what changed is shown", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    /// By pane: the ids of the rows that are shown, those of the machine code by line, since both columns of one stay together.
    const rows = (word) =>
      page.evaluate((word) => {
        const found = [...document.querySelectorAll(".pane")].map((pane) => {
          const lines = [...pane.querySelectorAll(pane.id === "pane-machine" ? ".rows .columns" : ".row")];
          const has = lines.filter((line) => [...line.querySelectorAll("*")].some((part) => part.textContent.toLowerCase().includes(word)));
          return [pane.id, has.flatMap((line) => (line.id ? [line.id] : [...line.querySelectorAll(".row")].map((row) => row.id)))];
        });
        return Object.fromEntries(found);
      }, word);
    const all = await rows("");
    const wanted = await rows("guard");
    await page.locator("#pane-trace .rows").focus();
    await page.keyboard.press("/");
    await page.keyboard.type("GUARD");
    await page.waitForFunction(() => /row/.test(document.querySelector(".found").textContent));
    await drawn(page);
    assert.deepEqual(await rows(""), wanted);
    assert.ok(wanted["pane-optimised"].length > 3 && wanted["pane-trace"].length > 0, JSON.stringify(wanted));
    assert.equal(wanted["pane-bytecode"].length, 0);
    assert.equal(await page.locator("#pane-bytecode .rows.none").count(), 1);
    assert.equal(await page.locator(".found").innerText(), `${await count(page, ".row")} rows`);
    await page.locator("#search").fill("");
    await page.waitForFunction(() => !document.querySelector(".found").textContent);
    await drawn(page);
    assert.deepEqual(await rows(""), all);
    const changed = await page.$$eval("#pane-optimised .row:not(.same)", (rows) => rows.map((row) => row.id));
    await page.locator("#changed-only").check();
    await page.waitForFunction(() => !document.querySelector("#pane-optimised .row.same"));
    await drawn(page);
    assert.ok(changed.length > 3);
    assert.deepEqual(await rows(""), { ...all, "pane-optimised": changed });
    await page.locator("#changed-only").uncheck();
    await page.waitForFunction((rows) => document.querySelectorAll("#pane-optimised .row").length === rows, all["pane-optimised"].length);
  });
});

test("the sheet of shortcuts opens and closes by keyboard, and single keys can be turned off", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    await page.locator("#pane-trace .rows").focus();
    await page.keyboard.press("?");
    await page.waitForFunction(() => document.activeElement?.id === "help-close");
    assert.deepEqual(await violations(page), []);
    await shot(page, "shortcuts");
    await page.locator("#single-keys").uncheck();
    await page.keyboard.press("Escape");
    assert.equal(await count(page, ".sheet"), 0);
    const before = await place(page);
    await page.locator("#pane-trace .rows").focus();
    await page.keyboard.press(",");
    await page.keyboard.press("?");
    assert.deepEqual([await place(page), await count(page, ".sheet")], [before, 0]);
  });
});

test("what is seen is saved as a picture and as one file", async () => {
  await withPage({}, async (page, _, context) => {
    await ended(page);
    await page.locator("#pane-bytecode .row", { hasText: "FOR_ITER" }).click();
    const svg = await saved(page, "save-svg");
    assert.match(svg, /^<svg [^]*FOR_ITER[^]*add_i64[^]*<\/svg>\s*$/);
    const html = await saved(page, "save-html");
    assert.ok(!/<(script|link)|src=|url\(http/i.test(html));
    const other = await context.newPage();
    for (const [kind, text, name] of [["image/svg+xml", svg, "saved-svg"], ["text/html", html, "saved-html"]]) {
      await other.goto(`data:${kind};base64,${Buffer.from(text).toString("base64")}`);
      const parsed = await other.evaluate(() => document.documentElement.textContent.includes("FOR_ITER"));
      assert.ok(parsed, kind);
      await other.setViewportSize({ width: 1600, height: 900 });
      await shot(other, name);
    }
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".bar").isVisible(), false);
    assert.equal(await page.locator("#pane-machine").isVisible(), true);
    await shot(page, "print");
  });
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in a lesson in the ${colorScheme} theme`, async () => {
    await withPage({ colorScheme, reducedMotion: "reduce" }, async (page) => {
      await ended(page);
      await page.locator("#lessons summary").click();
      assert.deepEqual(await violations(page), []);
      await page.locator("#lessons button").nth(2).click();
      await ended(page);
      await page.locator("#tour input[type=radio]").first().check();
      await page.locator("#tour-check").click();
      await page.locator("#tour-next").click();
      await page.waitForFunction(() => document.querySelector("#pane-state .changed"));
      await shot(page, `lesson-${colorScheme}`);
      assert.deepEqual(await violations(page), []);
    });
  });
}
