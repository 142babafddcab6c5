// What the end-to-end tests stand on: the built page served from a path that is not the root, and a real Chromium.
//
// It never waits for a fixed time: everything is waited for by what shows on the page. Start at `withPage`.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const dist = join(root, "dist");
export const shots = join(root, "target", "screenshots");

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };
// Any path will do for the page; this one shows that.
const PREFIX = "/some/where/";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/// Serves `dist` as any file server would, without special headers.
async function serve() {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    try {
      if (!path.startsWith(PREFIX)) throw new Error("outside");
      const file = normalize(path.slice(PREFIX.length)) || "index.html";
      const body = await readFile(join(dist, file === "." ? "index.html" : file));
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/html" });
      response.end(body);
    } catch {
      response.writeHead(404);
      response.end();
    }
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { server, address: `http://127.0.0.1:${server.address().port}${PREFIX}` };
}

let shared;

/// The browser and the server, started once.
async function start() {
  if (!shared) {
    await mkdir(shots, { recursive: true });
    const { server, address } = await serve();
    const browser = await chromium.launch({
      executablePath: process.env.MIMEO_CHROMIUM ?? "/usr/bin/chromium",
      args: FLAGS,
    });
    shared = { browser, server, address };
  }
  return shared;
}

/// Ends both.
export async function stop() {
  if (!shared) return;
  await shared.browser.close();
  shared.server.close();
  shared = undefined;
}

/// Opens the page in a fresh profile and hands it to `use`; an error on the page fails the test. It is the built page, unless another address is given.
export async function withPage(options, use) {
  const { browser, address: built } = await start();
  const { hash = "", address = built, ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, ...rest });
  // A machine that does much else is slow.
  context.setDefaultTimeout(90_000);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) errors.push(`asks for ${request.url()}`);
  });
  try {
    await page.goto(address + hash);
    await use(page, address, context);
    if (errors.length) throw new Error(`on the page: ${errors.join("\n")}`);
  } finally {
    await context.close();
  }
}

/// Waits until the program has ended and all that is shown of it has been drawn.
export async function ended(page) {
  await page.waitForSelector('.status[data-phase="Ended"]');
  await page.waitForFunction(() => !document.querySelector("#save").disabled);
  await page.waitForFunction(() => document.querySelectorAll("#pane-bytecode .row").length > 0);
  await drawn(page);
}

/// Waits until what is selected is shown, and all listings are drawn.
export async function drawn(page) {
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'), null);
}

/// Replaces the program and runs it.
export async function run(page, program) {
  await page.locator(".cm-content").click();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.evaluate((text) => globalThis.mimeoEditor.setText(text), program);
  await page.locator("#run").click();
}

/// Saves what the page shows as a picture.
export async function shot(page, name) {
  await page.screenshot({ path: join(shots, `${name}.png`) });
}

/// A program of the gallery.
export const example = (name) => readFileSync(join(root, "web/examples", name), "utf8");

/// What the command prints for a program.
export function explained(program, arch, ...more) {
  const folder = mkdtempSync(join(tmpdir(), "mimeo-"));
  try {
    writeFileSync(join(folder, "program.py"), program);
    const args = ["explain", "--json", "--arch", arch, ...more, "program.py"];
    const options = { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] };
    return execFileSync(process.env.MIMEO_EXE, args, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/// What the page saves: JSON is for the column whose stencils it lists.
export async function saved(page, id = "save") {
  await page.locator("#saving summary").click();
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator(`#${id}`).click()]);
  return readFile(await download.path(), "utf8");
}

/// A loop whose trace has about so many recorded uops.
export function long(uops) {
  const lines = Array.from({ length: Math.ceil(uops / 13) }, (_, n) => `        a = a + (b ^ ${n})\n        b = b & a\n`);
  return `def f(n):\n    a = 1\n    b = 2\n    for i in range(n):\n${lines.join("")}    return a\nprint(f(200))\n`;
}

/// Goes over the whole timeline and back, a place for each of so many frames. Gives the times from frame to frame, how many steps there are, and for a frame on
/// average: what the page took of the processor, and how often it worked out styles and layout.
export async function scrub(page, frames) {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const metrics = async () => Object.fromEntries((await session.send("Performance.getMetrics")).metrics.map(({ name, value }) => [name, value]));
  const before = await metrics();
  const { total, times } = await page.evaluate(async (frames) => {
    const slider = document.querySelector("#scrubber");
    const total = Number(slider.max);
    const times = [];
    let last = await new Promise(requestAnimationFrame);
    for (let n = 0; n < frames; n++) {
      slider.value = Math.round(total * (0.5 - 0.5 * Math.cos((n / frames) * 2 * Math.PI)));
      slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return { total, times };
  }, frames);
  const after = await metrics();
  const each = (name) => (after[name] - before[name]) / frames;
  return { total, times, work: each("TaskDuration") * 1_000, styles: each("RecalcStyleCount"), layouts: each("LayoutCount") };
}

/// How much of the processor the longest task of the page takes while something is done, in milliseconds; other programs on the machine hardly change that.
export async function longestTask(page, what) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: ["toplevel"] });
  await what();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const main = new Set(traceEvents.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain").map(thread));
  const tasks = traceEvents.filter((event) => event.name.endsWith("RunTask") && event.tdur && main.has(thread(event)));
  if (!tasks.length) throw new Error("the browser tells of no task");
  return tasks.reduce((most, { tdur }) => Math.max(most, tdur), 0) / 1_000;
}

const axe = readFileSync(join(root, "web/node_modules/axe-core/axe.min.js"), "utf8");

/// What axe has to say against the page as it is.
export async function violations(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).slice(0, 3).join(" | ")}`);
}
