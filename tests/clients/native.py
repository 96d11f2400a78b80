"""The native vocabulary with python-socketio, whose authors read the protocol on their own."""

import json
import sys
import threading
import time

import socketio

task = json.loads(sys.argv[1])
conversation = task["conversation"]


def enter(token, name, heard):
    """A client that is in. What it hears is added to a list."""
    client = socketio.Client(reconnection=False)
    ready = threading.Event()
    client.on("ready", lambda data: (heard.append(("ready", data)), ready.set()))
    client.on("connect_error", lambda data: heard.append(("connect_error", data)))
    client.on("message_created", lambda data: heard.append(("message_created", data)))
    client.connect(
        task["url"],
        auth={"token": token},
        socketio_path="/v1/socket.io",
        transports=task["transports"],
        wait_timeout=10,
    )
    assert ready.wait(10), f"{name} was not greeted"
    return client


def wait_for(heard, matches):
    for _ in range(1000):
        found = [data for name, data in heard if matches(name, data)]
        if found:
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"not heard; but {heard}")


heard_by_ada, heard_by_bob, heard_by_nobody = [], [], []
ada = enter(task["tokens"][0], "ada", heard_by_ada)
bob = enter(task["tokens"][1], "bob", heard_by_bob)
assert heard_by_ada[0][1]["account"]["username"] == "ada"
assert ada.transport() == task["transports"][-1], ada.transport()
assert ada.get_sid() != ada.eio.sid

sent = ada.call(
    "send",
    {"conversation_id": conversation, "client_id": "one", "content": {"text": "Ahoy!"}},
    timeout=10,
)
assert sent["ok"]["seq"] == 1, sent
event = wait_for(heard_by_bob, lambda name, data: name == "message_created")
assert event["data"]["content"]["text"] == "Ahoy!", event
refused = bob.call("send", b"\x01\x02", timeout=10)
assert refused["error"]["code"] == "malformed", refused
assert bob.call("ping", timeout=10) == {"ok": {}}

try:
    enter("not a token", "nobody", heard_by_nobody)
    raise SystemExit("a wrong token was taken")
except socketio.exceptions.ConnectionError:
    name, data = heard_by_nobody[0]
    assert (name, data["message"]) == ("connect_error", "unauthenticated"), heard_by_nobody
    assert data["data"]["code"] == "unauthenticated", data

ada.disconnect()
bob.disconnect()
