"""What a deployed client of pingtalk does, with python-socketio."""

import json
import sys
import time

import socketio

task = json.loads(sys.argv[1])
lena, tom, chat = task["lena"], task["tom"], task["chat"]


def connect(token, heard):
    """A client that is in. What it hears is added to a list."""
    client = socketio.Client(reconnection=False)
    for name in ["receiveMessage", "error", "connect_error"]:
        client.on(name, lambda data, name=name: heard.append((name, data)))
    headers = {"Cookie": f"theme=dark; token={token}"}
    client.connect(
        task["url"], headers=headers, socketio_path="/chat/socket.io", transports=task["transports"], wait_timeout=10
    )
    return client


def wait_for(heard, name, matches=lambda data: True):
    for _ in range(1000):
        found = [data for known, data in heard if known == name and matches(data)]
        if found:
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"no {name}; but {heard}")


hers, his = [], []
a, b = connect(lena["token"], hers), connect(tom["token"], his)
for client, heard, text in [(a, hers, "Lena is here"), (b, his, "Tom is here")]:
    client.emit("joinChat", {"chatId": chat})
    client.emit("sendMessage", {"chatId": chat, "text": text})
    wait_for(heard, "receiveMessage", lambda message: message["text"] == text)
a.emit("sendMessage", {"chatId": chat, "text": "Ferry at six"})
message = wait_for(his, "receiveMessage", lambda message: message["text"] == "Ferry at six")
assert (message["senderId"], message["chatId"], message["readBy"]) == (lena["id"], chat, [lena["id"]]), message
assert wait_for(hers, "receiveMessage", lambda heard: heard["_id"] == message["_id"]) == message
b.emit("sendMessage")
assert wait_for(his, "error") == "Invalid payload"

refused = []
try:
    connect("not a token", refused)
    raise SystemExit("a wrong token was taken")
except socketio.exceptions.ConnectionError:
    assert refused[0][1]["message"] == "Unauthorized - Invalid or expired token", refused
a.disconnect()
b.disconnect()
