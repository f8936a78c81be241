"""The door: sockets, clients and commands. Light on purpose, torch never comes in here."""
