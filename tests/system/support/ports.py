"""Ports for programs that cannot be told to take any."""
import socket


def free_ports(count):
    """That many ports nobody listens on right now."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()
