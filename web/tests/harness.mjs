// What the end-to-end tests stand on: the built page served from a path that is not the root, and a real Chromium.
//
// It never waits for a fixed time: everything is waited for by what shows on the page. Start at `withPage`.

import { createServer } from "node:http";
import { mkdir, readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = fileURLToPath(new URL("../..", import.meta.url));
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

/// Opens the page in a fresh profile and hands it to `use`; an error on the page fails the test.
export async function withPage(options, use) {
  const { browser, address } = await start();
  const { hash = "", ...rest } = options;
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, ...rest });
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("request", (request) => {
    if (!request.url().startsWith(address) && !/^(data|blob):/.test(request.url())) errors.push(`asks for ${request.url()}`);
  });
  try {
    await page.goto(address + hash);
    await use(page, address);
    if (errors.length) throw new Error(`on the page: ${errors.join("\n")}`);
  } finally {
    await context.close();
  }
}

/// Waits until the program has ended and both explanations are shown.
export async function ended(page) {
  await page.waitForSelector('.status[data-phase="Ended"]', { timeout: 20_000 });
  await page.waitForFunction(() => !document.querySelector("#save").disabled);
  await page.waitForFunction(() => document.querySelectorAll("#pane-bytecode .row").length > 0);
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
