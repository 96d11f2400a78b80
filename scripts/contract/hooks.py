"""What schemathesis is taught: tus 1.0 sends the bytes of a file under a media type of its own, and a room is nobody's
alone."""

import schemathesis
from schemathesis.specs.openapi import object_authorization

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

_judge = object_authorization.check_object_level_authorization


def _judge_all_but_rooms(ctx, response, case):
    """Whoever is signed in sees that a room exists, whoever made it; direct conversations and groups are judged."""
    if not _is_room(response):
        _judge(ctx, response, case)


def _is_room(response):
    try:
        body = response.json()
    except ValueError:
        return False
    return isinstance(body, dict) and body.get("kind") == "room"


object_authorization.check_object_level_authorization = _judge_all_but_rooms
