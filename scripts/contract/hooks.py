"""What schemathesis is taught: tus 1.0 sends the bytes of a file under a media type of its own."""

import schemathesis

schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
