// What a deployed client of messaging-app does, with the real client library.

import { assert, hear, once, open as openAt, run, task } from "./harness.mjs";

const { vera, otto } = task;

/** A socket as deployed clients open it. */
const open = (auth, options) =>
  openAt(auth, { path: "/socket.io", reconnectionDelay: 1000, reconnectionDelayMax: 30000, timeout: 20000, ...options });

async function connect(person, options) {
  const socket = open({ token: person.token }, options);
  await once(socket, "connect");
  return socket;
}

async function api(person, method, path, body) {
  const answer = await fetch(task.url + path, {
    method,
    headers: { authorization: `Bearer ${person.token}`, "content-type": "application/json" },
    body: body && JSON.stringify(body),
  });
  return { status: answer.status, ...(await answer.json()) };
}

const send = (text, id) =>
  api(vera, "POST", "/messages", { receiverUsername: "otto", encryptedText: text, clientMessageId: id });

const event = (name, matches = () => true) => (heard, data) => heard === name && matches(data);

let a;
let b;

await run({
  async "connects with a token"() {
    a = await connect(vera);
    b = await connect(otto);
    assert.equal(a.io.engine.transport.name === "polling" || a.io.engine.transport.name === "websocket", true);
  },

  async "is refused in words that clients know"() {
    const none = open(undefined);
    assert.equal((await once(none, "connect_error"))[0].message, "Authentication required");
    const wrong = open({ token: "x" });
    assert.equal((await once(wrong, "connect_error"))[0].message, "Invalid token");
    [none, wrong].forEach((socket) => socket.close());
  },

  async "follows a message"() {
    const { status, data } = await send("q83vEg==", "one");
    assert.equal(status, 201);
    const message = await hear(b, "the message", event("new_message"));
    assert.deepEqual(Object.keys(message).sort(), ["encryptedText", "id", "receiverId", "senderId", "status", "timestamp"]);
    assert.equal(message.id, data.id);
    b.emit("mark_delivered", [data.id]);
    await hear(b, "the confirmation", event("delivery_confirmed", ({ messageIds }) => messageIds[0] === data.id));
    await hear(a, "delivered", event("message_status", ({ messageId, status }) => messageId === data.id && status === "delivered"));
    b.emit("mark_read", [data.id]);
    await hear(b, "the confirmation", event("read_confirmed"));
    await hear(a, "read", event("message_status", ({ messageIds, status }) => messageIds[0] === data.id && status === "read"));
  },

  async "types"() {
    a.emit("typing_start", { receiverId: otto.id });
    await hear(b, "typing", event("user_typing", ({ userId, typing }) => userId === vera.id && typing === true));
    a.emit("typing_stop", otto.id);
    await hear(b, "no typing", event("user_typing", ({ typing }) => typing === false));
  },

  async "is told what is odd, and goes on"() {
    for (const odd of [undefined, null, {}, [], "x", 7, [[]], Buffer.from([1, 2, 3])]) {
      a.emit("mark_read", odd);
      a.emit("typing_start", odd);
      a.emit("anything", odd);
    }
    await hear(a, "the error", event("error", ({ message }) => message === "messageIds are required"));
    assert.equal(a.connected, true);
  },

  async "catches up after a cut"() {
    const c = await connect(otto, { reconnection: false });
    c.close();
    b.close();
    const missed = await send("while away", "away");
    assert.equal(missed.status, 201);
    const d = open({ token: otto.token });
    await hear(d, "what was missed", event("new_message", ({ id }) => id === missed.data.id));
    d.emit("mark_delivered", [missed.data.id]);
    await hear(d, "the confirmation", event("delivery_confirmed"));
    d.close();
  },

  async "stays away once the session ended"() {
    const gone = once(a, "disconnect");
    assert.equal((await api(vera, "POST", "/auth/logout")).status, 200);
    assert.equal((await gone)[0], "io server disconnect");
  },
});
