// Who uses no mouse, sees little, or wants nothing to move. Needs what e2e.test.mjs needs.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { drawn, ended, example, run, shot, stop, violations, withPage } from "./harness.mjs";

after(stop);

const active = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.className);
/// Presses a key until what has the keyboard fits a selector.
const press = async (page, key, until, most = 120) => {
  const is = () => page.evaluate((selector) => document.activeElement?.matches(selector), until);
  for (let n = 0; n < most && !(await is()); n++) {
    if (await page.evaluate(() => document.activeElement?.matches(".cm-content"))) await page.keyboard.press("Escape");
    await page.keyboard.press(key);
  }
  assert.ok(await is(), `${until} is not reached; the keyboard is at ${await active(page)}`);
};

test("Tab comes to every control, and leaves none without a name", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    const wanted = await page.evaluate(() => {
      const selector = "button:not(:disabled), input:not(:disabled), select, summary, [tabindex='0'], .cm-content";
      const found = [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
      found.forEach((one, n) => (one.dataset.reach = n));
      return found.length;
    });
    assert.ok(wanted > 30, `${wanted}`);
    await page.evaluate(() => document.activeElement.blur());
    const reached = new Set();
    for (let n = 0; n < wanted + 20; n++) {
      const at = await page.evaluate(() => {
        const one = document.activeElement;
        return { reach: one?.dataset?.reach, editor: Boolean(one?.closest?.(".cm-content")) };
      });
      if (at.reach !== undefined) reached.add(at.reach);
      if (at.editor) await page.keyboard.press("Escape");
      await page.keyboard.press("Tab");
    }
    const missed = await page.evaluate(
      (reached) => [...document.querySelectorAll("[data-reach]")].filter((one) => !reached.includes(one.dataset.reach)).map((one) => one.outerHTML.slice(0, 100)),
      [...reached],
    );
    assert.deepEqual(missed, []);
  });
});

test("the keyboard alone writes a program, runs it, and works every pane", async () => {
  await withPage({}, async (page) => {
    await ended(page);
    // The editor, and out of it again.
    await press(page, "Tab", ".cm-content");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("def f(n):\nt = 0\nfor i in range(n):\nif i % 3:\nt += i\n");
    await page.keyboard.press("Control+A");
    await page.keyboard.press("Delete");
    await page.evaluate((text) => globalThis.mimeoEditor.setText(text), example("types.py"));
    await page.keyboard.press("Control+Enter");
    await ended(page);
    // Each listing: down a few rows, pinned, and away again.
    for (const pane of ["bytecode", "trace", "optimised", "stencils", "machine", "exits"]) {
      await press(page, "Tab", `#pane-${pane} .rows`);
      for (let n = 0; n < 3; n++) await page.keyboard.press("ArrowDown");
      await page.keyboard.press("End");
      const last = await page.evaluate(() => document.activeElement.getAttribute("aria-activedescendant"));
      assert.equal(last, await page.evaluate((pane) => [...document.querySelectorAll(`#pane-${pane} .row`)].at(-1).id, pane));
      await page.keyboard.press("Home");
      await page.keyboard.press("Enter");
      assert.match(await page.locator(".details").innerText(), /^pinned/, pane);
      await page.keyboard.press("Escape");
    }
    // An exit is replayed, and another trace looked at, from the tree.
    await press(page, "Shift+Tab", "#pane-exits .exit-link");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => /failed|ends here/.test(document.querySelector("#pane-state .head").textContent));
    // The timeline: by steps, by stages, by its buttons.
    await press(page, "Tab", "#scrubber");
    await page.keyboard.press("Home");
    const place = () => page.locator("#scrubber").evaluate((slider) => Number(slider.value));
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await place(), 2);
    await press(page, "Tab", ".stage");
    await page.keyboard.press("Enter");
    assert.ok((await place()) > 2);
    await press(page, "Shift+Tab", "#play");
    await page.keyboard.press("Space");
    await page.keyboard.press("Space");
    assert.equal(await page.locator("#play").innerText(), "Play");
    // A stencil is chosen and left to the engine again.
    await press(page, "Shift+Tab", "#pane-stencils .rows");
    const noted = await page.$$eval("#pane-stencils .row", (rows) => rows.findIndex((row) => row.querySelector(".note")));
    await page.keyboard.press("Home");
    for (let n = 0; n < noted; n++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await press(page, "Tab", ".details .choose");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#unchoose");
    await drawn(page);
    await press(page, "Shift+Tab", "#unchoose");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => !document.querySelector("#unchoose"));
    // Panes, search, theme, the sheet of shortcuts, menus.
    await press(page, "Shift+Tab", ".bar .panes button");
    await page.keyboard.press("Space");
    assert.equal(await page.locator("#pane-state").isVisible(), false);
    await page.keyboard.press("Space");
    await press(page, "Tab", "#search");
    await page.keyboard.type("guard");
    await page.waitForFunction(() => document.querySelector(".found").textContent);
    await press(page, "Tab", "#changed-only");
    await page.keyboard.press("Space");
    await press(page, "Tab", "#saving summary");
    await page.keyboard.press("Enter");
    await press(page, "Tab", "#save-svg");
    const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(download.suggestedFilename(), "mimeo.svg");
    await press(page, "Tab", "#theme");
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    await page.keyboard.press("Enter");
    assert.equal(await theme(), "dark");
    await press(page, "Tab", "#help");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.id === "help-close");
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => document.activeElement?.id === "help");
  });
});

/// The views that are looked at, each with the way there.
const VIEWS = {
  gallery: async (page) => page.locator("#examples").focus(),
  lesson: async (page) => {
    await page.locator("#lessons summary").click();
    await page.locator("#lessons button").nth(2).click();
    await ended(page);
    await page.waitForSelector("#tour fieldset");
  },
  replay: async (page) => {
    await run(page, example("types.py"));
    await ended(page);
    await page.locator(".exit-link:not([disabled])").first().click();
    await page.waitForFunction(() => document.querySelector("#pane-state table"));
  },
  forced: async (page) => {
    await page.locator("#pane-stencils .piece.fused .note").first().click();
    await page.locator(".details .choose").first().click();
    await page.waitForSelector("#pane-stencils .forced");
    await drawn(page);
  },
  step: async (page) => {
    await page.locator("#pane-stencils .rows").focus();
    for (let n = 0; n < 12; n++) await page.keyboard.press(".");
    await page.waitForSelector("#pane-state .changed");
    await page.locator("main").evaluate((panes) => (panes.scrollLeft = panes.scrollWidth));
  },
  future: async (page) => page.locator("#scrubber").fill("9"),
  search: async (page) => {
    await page.locator("#search").fill("guard");
    await page.waitForFunction(() => document.querySelector(".found").textContent);
  },
  sheet: async (page) => {
    await page.locator("#help").click();
    await page.waitForSelector(".sheet");
  },
  refused: async (page) => {
    await run(page, "class A:\n    pass\n");
    await page.waitForSelector('.status[data-phase="Refused"]');
  },
};

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds nothing in any view in the ${colorScheme} theme`, async () => {
    for (const [name, go] of Object.entries(VIEWS)) {
      await withPage({ colorScheme, reducedMotion: "reduce" }, async (page) => {
        await ended(page);
        await go(page);
        await shot(page, `view-${name}-${colorScheme}`);
        assert.deepEqual(await violations(page), [], name);
      });
    }
  });

  test(`axe finds nothing on a phone in the ${colorScheme} theme`, async () => {
    await withPage({ colorScheme, viewport: { width: 390, height: 844 }, hasTouch: true, reducedMotion: "reduce" }, async (page) => {
      await ended(page);
      for (const name of ["Source", "Optimised trace", "Stencils", "Machine code", "Exits", "Registers and frame"]) {
        await page.locator(".bar .panes").getByRole("button", { name }).click();
        assert.deepEqual(await violations(page), [], name);
      }
    });
  });
}

test("what changes flashes, but not for who wants nothing to move", async () => {
  for (const [reducedMotion, moves] of [["no-preference", true], ["reduce", false]]) {
    await withPage({ reducedMotion }, async (page) => {
      await ended(page);
      await page.locator("#pane-stencils .rows").focus();
      for (let n = 0; n < 4; n++) await page.keyboard.press(".");
      await page.waitForSelector("#pane-state .changed");
      const name = await page.evaluate(() => getComputedStyle(document.querySelector("#pane-state .changed td")).animationName);
      assert.equal(name !== "none", moves, name);
    });
  }
});
