// The native vocabulary with the real client library: everything an application does with a connection.

import { ask, assert, enter, hear, once, open, run, task } from "./harness.mjs";

const { conversation, tokens, transports } = task;
const [ada, bob] = tokens;
const positions = new Map();
let epoch;
let a;
let b;

const say = (socket, id, text) =>
  ask(socket, "send", { conversation_id: conversation, client_id: id, content: { text } });

const created = (text) => (name, event) =>
  name === "message_created" && event.data.content?.text === text;

await run({
  async "is greeted as it says hello"() {
    const first = await enter({ token: ada });
    a = first.socket;
    assert.equal(first.ready.account.username, "ada");
    assert.equal(first.ready.conversations[0].conversation_id, conversation);
    assert.equal(first.ready.resumed, true);
    epoch = first.ready.epoch;
    positions.set(conversation, first.ready.conversations[0].rev);
    b = (await enter({ token: bob })).socket;
    assert.notEqual(a.id, b.id);
    assert.notEqual(a.id, a.io.engine.id, "the socket's id is not the session's");
  },

  async "changes to WebSocket where it may"() {
    if (transports.length > 1 && a.io.engine.transport.name !== "websocket") {
      await once(a.io.engine, "upgrade");
    }
    assert.equal(a.io.engine.transport.name, transports.at(-1));
  },

  async "sends, is answered and is heard"() {
    const sent = await say(a, "one", "Ahoy!");
    assert.equal(sent.ok.seq, 1);
    const event = await hear(b, "the message", created("Ahoy!"));
    assert.deepEqual(Object.keys(event).sort(), ["conversation_id", "data", "event", "rev"]);
    assert.equal(event.conversation_id, conversation);
    assert.equal(event.rev, positions.get(conversation) + 1);
    await hear(a, "one's own message", created("Ahoy!"));
    assert.deepEqual((await say(a, "one", "Ahoy!")).ok, sent.ok, "twice is once");
    assert.equal((await say(a, "one", "Another")).error.code, "client_id_reused");
  },

  async "hears signals"() {
    assert.deepEqual(await ask(a, "typing", { conversation_id: conversation, typing: true }), { ok: {} });
    await hear(b, "the typing", (name) => name === "typing");
  },

  async "keeps the order of what is sent at once"() {
    const texts = Array.from({ length: 200 }, (_, n) => `number ${n}`);
    const sent = await Promise.all(texts.map((text, n) => say(a, `number-${n}`, text)));
    assert.deepEqual(sent.filter(({ error }) => error), []);
    assert.deepEqual(sent.map(({ ok }) => ok.seq), texts.map((_, n) => n + 2));
    await hear(b, "the last", created(texts.at(-1)));
    const heard = b.heard.filter(({ name }) => name === "message_created").map(({ data }) => data.rev);
    assert.deepEqual(heard, [...heard].sort((one, other) => one - other));
    // What was sent twice above was told twice, with the same number.
    assert.equal(new Set(heard).size, 201);
  },

  async "is told what is wrong, and goes on"() {
    const code = async (...args) => (await ask(a, ...args)).error.code;
    assert.equal(await code("no_such_command", {}), "unknown_command");
    assert.equal(await code("hello", {}), "invalid");
    assert.equal(await code("send"), "invalid");
    assert.equal(await code("send", null), "invalid");
    assert.equal(await code("send", "text"), "invalid");
    assert.equal(await code("send", {}, {}), "malformed");
    assert.equal(await code("send", { content: Buffer.from([1, 2, 3]) }), "malformed");
    assert.equal(await code("history", { conversation_id: "00000000-0000-7000-8000-000000000000" }), "conversation_not_found");
    a.emit("send");
    a.emit("anything", Buffer.from([0, 255]), [[]]);
    assert.deepEqual(await ask(a, "ping"), { ok: {} });
  },

  async "answers large pages"() {
    const { ok } = await ask(a, "history", { conversation_id: conversation, limit: 200 });
    assert.equal(ok.messages.length, 200);
  },

  async "comes back after a cut and has missed nothing"() {
    const c = open((give) => give({ token: bob, positions: { epoch, conversations: Object.fromEntries(positions) } }));
    const [ready] = await once(c, "ready");
    assert.equal(ready.resumed, true);
    assert.equal(ready.changes[0].events.length + (ready.changes[0].more ? 1 : 0) > 100, true);
    const head = ready.conversations[0];
    positions.set(conversation, head.rev);
    const greeted = once(c, "ready");
    c.io.engine.close();
    assert.ok((await say(a, "while-away", "Where are you?")).ok);
    const [again] = await greeted;
    assert.equal(again.resumed, true);
    // Either it was stored before the client was back, or it was heard live: never neither.
    const missed = again.changes.flatMap(({ events }) => events).map(({ data }) => data.content.text);
    if (missed.length === 0) await hear(c, "the message", created("Where are you?"));
    else assert.deepEqual(missed, ["Where are you?"]);
    assert.equal((await ask(c, "history", { conversation_id: conversation, limit: 1 })).ok.messages[0].content.text, "Where are you?");
    c.close();
  },

  async "is refused with the reason"() {
    const wrong = open({ token: "not a token" });
    const [error] = await once(wrong, "connect_error");
    assert.deepEqual([error.message, error.data.code], ["unauthenticated", "unauthenticated"]);
    const odd = open({ token: ada, colour: "red" });
    assert.equal((await once(odd, "connect_error"))[0].message, "invalid");
    const elsewhere = open({ token: ada }, {}, "/elsewhere");
    assert.equal((await once(elsewhere, "connect_error"))[0].message, "Invalid namespace");
    [wrong, odd, elsewhere].forEach((socket) => socket.close());
  },

  async "may be a guest"() {
    const guest = await enter(undefined);
    assert.equal(guest.ready.account, undefined);
    assert.equal((await ask(guest.socket, "conversations")).error.code, "unauthenticated");
    guest.socket.close();
  },

  async "may leave and enter again over the same session"() {
    const gone = once(b, "disconnect");
    b.disconnect();
    await gone;
    const greeted = once(b, "ready");
    b.connect();
    await greeted;
  },

  async "is told that its session ended, and stays away"() {
    const gone = once(a, "disconnect");
    const answer = await fetch(`${task.url}/v1/sessions/current`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${ada}` },
    });
    assert.equal(answer.status, 204);
    assert.deepEqual((await gone)[0], "io server disconnect");
    const { data } = a.heard.find(({ name }) => name === "closing");
    assert.equal(data.code, "session_ended");
  },
});
