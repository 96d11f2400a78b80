"""What a deployed client of messaging-app does, with python-socketio."""

import json
import sys
import threading
import time
import urllib.request

import socketio

task = json.loads(sys.argv[1])
vera, otto = task["vera"], task["otto"]
EVENTS = ["new_message", "message_status", "user_typing", "delivery_confirmed", "read_confirmed", "error"]


def connect(token, heard):
    """A client that is in. What it hears is added to a list."""
    client = socketio.Client(reconnection=False)
    for name in EVENTS:
        client.on(name, lambda data, name=name: heard.append((name, data)))
    client.on("connect_error", lambda data: heard.append(("connect_error", data)))
    client.connect(task["url"], auth={"token": token}, transports=task["transports"], wait_timeout=10)
    return client


def send(text, client_id):
    body = {"receiverUsername": "otto", "encryptedText": text, "clientMessageId": client_id}
    headers = {"authorization": f"Bearer {vera['token']}", "content-type": "application/json"}
    request = urllib.request.Request(task["url"] + "/messages", json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


def wait_for(heard, name, matches=lambda data: True):
    for _ in range(1000):
        found = [data for known, data in heard if known == name and matches(data)]
        if found:
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"no {name}; but {heard}")


hers, his, nobodys = [], [], []
missed = send("before", "zero")
a, b = connect(vera["token"], hers), connect(otto["token"], his)
assert wait_for(his, "new_message")["id"] == missed["id"]
message = send("q83vEg==", "one")
assert wait_for(his, "new_message", lambda data: data["id"] == message["id"])["status"] == "sent"
b.emit("mark_read", [message["id"]])
assert wait_for(his, "read_confirmed")["messageIds"] == [message["id"]]
status = wait_for(hers, "message_status", lambda data: data["messageId"] == message["id"])
assert status["status"] == "read" and status["messageIds"] == [message["id"]], status
a.emit("typing_start", {"receiverId": otto["id"]})
assert wait_for(his, "user_typing") == {"userId": vera["id"], "typing": True}
b.emit("mark_delivered")
assert wait_for(his, "error")["message"] == "messageIds are required"

gone = threading.Event()
refused = []
try:
    connect("not a token", refused)
    raise SystemExit("a wrong token was taken")
except socketio.exceptions.ConnectionError:
    assert refused[0][1]["message"] == "Invalid token", refused
a.disconnect()
b.disconnect()
