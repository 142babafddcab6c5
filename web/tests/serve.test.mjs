// That `cargo xtask web` serves the page: the task and Trunk as they are, on a free port, in a real Chromium.
//
// What was compiled for the built page is not compiled again, and `dist` is left alone. It ends as Ctrl+C in a terminal ends it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { ended, root, stop, withPage } from "./harness.mjs";

after(stop);

/// A port that nobody listens on.
async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/// Sends a signal to all processes of a group, 0 to ask only; false if there are none.
function signal(group, name) {
  try {
    return process.kill(-group, name);
  } catch {
    return false;
  }
}

test("cargo xtask web serves the page on this machine, and leaves no process behind", { timeout: 900_000 }, async () => {
  const port = await freePort();
  const env = { ...process.env, TRUNK_SERVE_PORT: `${port}`, TRUNK_BUILD_DIST: join(root, "target", "served") };
  const task = spawn("cargo", ["xtask", "web"], { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [task.stdout, task.stderr]) stream.on("data", (text) => (said += text));
  try {
    const address = `http://127.0.0.1:${port}/`;
    let page;
    while (!page?.ok) {
      assert.equal(task.exitCode, null, said);
      page = await fetch(address).catch(() => undefined);
      await pause(200);
    }
    const [own] = (await page.text()).match(/page-\w+_bg\.wasm/);
    for (const name of [own, "worker_bg.wasm"]) {
      const { ok, headers } = await fetch(address + name);
      assert.deepEqual([ok, headers.get("content-type")], [true, "application/wasm"], name);
    }
    await withPage({ address }, ended);
  } finally {
    signal(task.pid, "SIGINT");
    while (signal(task.pid, 0)) await pause(100);
  }
});
