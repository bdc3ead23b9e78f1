#!/usr/bin/env node
// A stock Firefox as Playwright wants it. Playwright starts this in the browser's place and speaks WebDriver BiDi with it; it
// sends one command that Firefox has only from a later version on, and gives up when it is refused. Here that command is
// answered and everything else passed on, as it stands, both ways.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { WebSocket, WebSocketServer } from "ws";

/** Whether the page is dark or light: no test asks Firefox for either. */
const UNKNOWN = "emulation.setMediaFeaturesOverride";
const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/;

const firefox = spawn(process.env.FIREFOX ?? "firefox", process.argv.slice(2), {
  stdio: ["inherit", "inherit", "pipe"],
});
firefox.on("error", (error) => {
  console.error(`firefox: ${error.message}`);
  process.exit(1);
});
firefox.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 0)));
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => firefox.kill(signal));

for await (const line of createInterface({ input: firefox.stderr })) {
  const address = LISTENING.exec(line)?.[1];
  console.error(address ? line.replace(address, await listen(address)) : line);
}

/** Listens for Playwright in Firefox's place; gives the address. */
async function listen(address) {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", (playwright, request) => join(playwright, new WebSocket(address + request.url)));
  await new Promise((resolve) => server.once("listening", resolve));
  return `ws://127.0.0.1:${server.address().port}`;
}

function join(playwright, browser) {
  const waiting = [];
  playwright.on("message", (data) => {
    const text = String(data);
    const { id, method } = JSON.parse(text);
    if (method === UNKNOWN) playwright.send(JSON.stringify({ type: "success", id, result: {} }));
    else if (browser.readyState === WebSocket.OPEN) browser.send(text);
    else waiting.push(text);
  });
  browser.on("open", () => {
    for (const text of waiting.splice(0)) browser.send(text);
  });
  browser.on("message", (data) => playwright.send(String(data)));
  playwright.on("close", () => browser.close());
  browser.on("close", () => playwright.close());
  for (const socket of [playwright, browser]) socket.on("error", () => socket.close());
}
