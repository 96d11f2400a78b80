// What a deployed client of room-chat does, with the real client library.

import { assert, hear, once, open as openAt, run, task } from "./harness.mjs";

const { ines, bo } = task;

/** A socket as deployed clients open it: the token stands in the address. */
const open = (authorization, options) =>
  openAt(undefined, { path: "/socket.io", query: { authorization }, ...options });

async function connect(person, scheme = "bearer") {
  const socket = open(`${scheme} ${person.token}`);
  await once(socket, "connect");
  return socket;
}

const said = (room, text) => (name, data) => name === room && data.message === text;

let a;
let b;

await run({
  async "connects with a token in any spelling"() {
    a = await connect(ines, "Bearer");
    b = await connect(bo, "bearer");
  },

  async "is refused in words that clients know"() {
    for (const wrong of ["", "bearer", "bearer x"]) {
      const socket = open(wrong);
      assert.equal((await once(socket, "connect_error"))[0].message, "You're not authorized");
      socket.close();
    }
  },

  async "talks in a room"() {
    a.emit("join_room", { name: "garden", userId: ines.id });
    a.emit("message", { roomName: "garden", message: "Who waters on Sunday?" });
    const first = await hear(a, "one's own", said("garden", "Who waters on Sunday?"));
    assert.deepEqual(Object.keys(first).sort(), ["created_at", "id", "message", "user", "userId"]);
    b.emit("join_room", { name: "garden", userId: bo.id });
    assert.deepEqual(await hear(b, "history", said("garden", "Who waters on Sunday?")), first);
    const welcome = await hear(a, "the welcome", said("garden", "Bo Lund Joined the room!"));
    assert.deepEqual(welcome, { message: "Bo Lund Joined the room!", user: "system", type: "welcome" });
    b.emit("message", { roomName: "garden", message: "I can." });
    await hear(a, "the answer", said("garden", "I can."));
    await hear(b, "one's own", said("garden", "I can."));
    assert.equal(b.heard[0].data.message, "Who waters on Sunday?", "history comes first, and no welcome");
  },

  async "types"() {
    b.emit("isTyping", { roomName: "garden" });
    await hear(a, "typing", said("garden-typing", "Bo Lund is typing!"));
    assert.equal(b.heard.some(({ name }) => name === "garden-typing"), false);
  },

  async "checks health"() {
    const c = await connect(ines);
    c.emit("healthCheck", {});
    const gone = once(c, "disconnect");
    assert.deepEqual(await hear(c, "health", (name) => name === "healthCheck"), { message: "OK" });
    assert.equal((await gone)[0], "io server disconnect");
  },

  async "is disconnected for one key more"() {
    const gone = once(b, "disconnect");
    b.emit("message", { roomName: "garden", message: "hi", urgent: true });
    assert.equal((await gone)[0], "io server disconnect");
    const bye = await hear(a, "the goodbye", said("garden", "Bo Lund Left the room!"));
    assert.deepEqual(bye, { message: "Bo Lund Left the room!", user: "system", type: "bye" });
    assert.equal(a.connected, true);
  },

  async "is disconnected for bytes"() {
    const c = await connect(bo);
    const gone = once(c, "disconnect");
    c.emit("message", { roomName: "garden", message: Buffer.from([1, 2, 3]) });
    assert.equal((await gone)[0], "io server disconnect");
    assert.equal(a.connected, true);
    a.close();
  },
});
