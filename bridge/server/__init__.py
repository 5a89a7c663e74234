"""The bridge on its sockets: bytes in, bytes out, inference elsewhere, nothing that escapes."""
