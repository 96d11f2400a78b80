// What every script here needs: the task it was given, a client of the version asked for, and waiting with an end.

import assert from "node:assert/strict";
import { createRequire } from "node:module";

/** `{ url, package, transports, … }`, written by the test that runs the script. */
export const task = JSON.parse(process.argv[2]);

const { io } = createRequire(import.meta.url)(task.package);

setTimeout(() => fail("the script took longer than 40 seconds"), 40_000).unref();

export function fail(why) {
  console.error(why);
  process.exit(1);
}

/** A promise that must not take long. */
export function soon(what, promise) {
  const late = new Promise((_, reject) =>
    setTimeout(() => reject(new Error(`waited too long for ${what}`)), 10_000).unref(),
  );
  return Promise.race([promise, late]);
}

export function once(emitter, event) {
  return soon(event, new Promise((resolve) => emitter.once(event, (...args) => resolve(args))));
}

/** A socket that is not shared with any other, with what it has heard. */
export function open(auth, options = {}, namespace = "") {
  const socket = io(task.url + namespace, {
    path: "/v1/socket.io",
    transports: task.transports,
    forceNew: true,
    reconnectionDelay: 20,
    reconnectionDelayMax: 100,
    auth,
    ...options,
  });
  socket.heard = [];
  socket.onAny((name, data) => socket.heard.push({ name, data }));
  return socket;
}

/** A socket that is in, and what it was greeted with. */
export async function enter(auth, options) {
  const socket = open(auth, options);
  const [ready] = await once(socket, "ready");
  return { socket, ready };
}

/** What the server acknowledges a command with. */
export function ask(socket, command, ...args) {
  return soon(command, new Promise((resolve) => socket.emit(command, ...args, resolve)));
}

/** Waits until something was heard. */
export async function hear(socket, what, matches) {
  return soon(
    what,
    (async () => {
      for (;;) {
        const found = socket.heard.find(({ name, data }) => matches(name, data));
        if (found) return found.data;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })(),
  );
}

export { assert };

/** Runs the steps one after the other, and says which went wrong. */
export async function run(steps) {
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      fail(`${name}: ${error.stack}`);
    }
  }
  process.exit(0);
}
