// What a deployed client of pingtalk does, with the real client library: the cookie goes with the handshake.

import { assert, hear, once, open as openAt, run, task } from "./harness.mjs";

const { lena, tom, chat } = task;

/** A socket as deployed clients open it. */
const open = (cookie, options) =>
  openAt(undefined, { path: "/chat/socket.io", withCredentials: true, extraHeaders: cookie ? { cookie } : {}, ...options });

async function connect(person, options) {
  const socket = open(`theme=dark; token=${person.token}`, options);
  await once(socket, "connect");
  return socket;
}

async function api(person, method, path, body) {
  const answer = await fetch(task.url + path, {
    method,
    headers: { cookie: `token=${person.token}`, ...(body instanceof FormData ? {} : { "content-type": "application/json" }) },
    body: body instanceof FormData ? body : body && JSON.stringify(body),
  });
  return { status: answer.status, body: await answer.json() };
}

const event = (name, matches = () => true) => (heard, data) => heard === name && matches(data);
const saying = (text) => event("receiveMessage", (message) => message.text === text);

let a;
let b;

await run({
  async "connects with a cookie"() {
    a = await connect(lena);
    b = await connect(tom);
  },

  async "is refused in words that clients know"() {
    const none = open(undefined);
    assert.equal((await once(none, "connect_error"))[0].message, "Unauthorized - No cookies");
    const other = open("theme=dark");
    assert.equal((await once(other, "connect_error"))[0].message, "Unauthorized - No token");
    const wrong = open("token=x");
    assert.equal((await once(wrong, "connect_error"))[0].message, "Unauthorized - Invalid or expired token");
    [none, other, wrong].forEach((socket) => socket.close());
  },

  async "talks"() {
    for (const [socket, text] of [[a, "Lena is here"], [b, "Tom is here"]]) {
      socket.emit("joinChat", { chatId: chat });
      socket.emit("sendMessage", { chatId: chat, text });
      await hear(socket, "oneself", saying(text));
    }
    a.emit("sendMessage", { chatId: chat, text: "Ferry at six" });
    const mine = await hear(a, "one's own", saying("Ferry at six"));
    const theirs = await hear(b, "the message", saying("Ferry at six"));
    assert.deepEqual(mine, theirs);
    assert.deepEqual(Object.keys(mine).sort(), ["__v", "_id", "chatId", "createdAt", "readBy", "senderId", "text", "updatedAt"]);
    assert.deepEqual([mine.senderId, mine.chatId, mine.readBy], [lena.id, chat, [lena.id]]);
    b.emit("sendMessage", { chatId: chat, text: "Six it is" });
    await hear(a, "the answer", saying("Six it is"));
  },

  async "sends a file"() {
    const form = new FormData();
    form.append("chatId", chat);
    form.append("file", new Blob(["go west"]), "plan.txt");
    const { status, body } = await api(lena, "POST", "/chat/send-file", form);
    assert.equal(status, 201);
    const heard = await hear(b, "the file", event("receiveMessage", ({ file }) => file?.name === "plan.txt"));
    assert.deepEqual(heard, body);
    assert.equal(Buffer.from(heard.file.data, "base64").toString(), "go west");
  },

  async "is told what is odd, and goes on"() {
    for (const odd of [undefined, null, {}, [], "x", 7, [[]], Buffer.from([1, 2, 3])]) {
      a.emit("joinChat", odd);
      a.emit("sendMessage", odd);
      a.emit("anything", odd);
    }
    await hear(a, "the error", event("error", (message) => message === "Invalid payload"));
    a.emit("joinChat", { chatId: lena.id });
    await hear(a, "the error", event("error", (message) => message === "Chat not found"));
    a.emit("sendMessage", { chatId: chat, text: "still here" });
    await hear(b, "the message", saying("still here"));
    assert.equal(a.connected, true);
  },

  async "reads what was said"() {
    const { status, body } = await api(tom, "GET", `/chat/messages/${chat}`);
    assert.equal(status, 200);
    assert.deepEqual(body.map(({ text }) => text), ["Lena is here", "Tom is here", "Ferry at six", "Six it is", undefined, "still here"]);
  },

  async "stays away once the session ended"() {
    const gone = once(a, "disconnect");
    assert.equal((await api(lena, "POST", "/auth/logout", {})).status, 200);
    assert.equal((await gone)[0], "io server disconnect");
    assert.equal(b.connected, true);
  },
});
