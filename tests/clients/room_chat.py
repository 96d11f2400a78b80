"""What a deployed client of room-chat does, with python-socketio."""

import json
import sys
import time
from urllib.parse import quote

import socketio

task = json.loads(sys.argv[1])
ines, bo = task["ines"], task["bo"]


def connect(authorization, heard):
    """A client that is in. What it hears is added to a list."""
    client = socketio.Client(reconnection=False)
    client.on("*", lambda name, data: heard.append((name, data)))
    client.on("connect_error", lambda data: heard.append(("connect_error", data)))
    client.on("disconnect", lambda *reason: heard.append(("disconnect", {"message": "gone"})))
    url = task["url"] + "/?authorization=" + quote(authorization)
    client.connect(url, transports=task["transports"], wait_timeout=10)
    return client


def wait_for(heard, name, message):
    for _ in range(1000):
        found = [data for known, data in heard if known == name and data["message"] == message]
        if found:
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"no {name} {message}; but {heard}")


hers, his = [], []
a = connect("bearer " + ines["token"], hers)
a.emit("join_room", {"name": "garden", "userId": ines["id"]})
a.emit("message", {"roomName": "garden", "message": "Who waters on Sunday?"})
first = wait_for(hers, "garden", "Who waters on Sunday?")
b = connect("BEARER " + bo["token"], his)
b.emit("join_room", {"name": "garden", "userId": bo["id"]})
assert wait_for(his, "garden", "Who waters on Sunday?") == first
assert wait_for(hers, "garden", "Bo Lund Joined the room!")["type"] == "welcome"
b.emit("message", {"roomName": "garden", "message": "I can."})
assert wait_for(hers, "garden", "I can.")["userId"] == bo["id"]
wait_for(his, "garden", "I can.")
b.emit("isTyping", {"roomName": "garden"})
assert wait_for(hers, "garden-typing", "Bo Lund is typing!")["user"] == "system"
b.emit("message", {"roomName": "garden", "message": "hi", "urgent": True})
wait_for(his, "disconnect", "gone")
assert wait_for(hers, "garden", "Bo Lund Left the room!")["type"] == "bye"
a.emit("healthCheck")
wait_for(hers, "healthCheck", "OK")
wait_for(hers, "disconnect", "gone")

refused = []
try:
    connect("not a token", refused)
    raise SystemExit("a wrong token was taken")
except socketio.exceptions.ConnectionError:
    assert refused[0][1]["message"] == "You're not authorized", refused
