"""Real servers for the tests: PostgreSQL, an MQTT broker and a browser, on this machine and for this run only.

Each is started by a test that needs it, listens on loopback or a private socket, and ends with the test run however
that ends. Nothing here is faked, and nothing is skipped: a missing program fails the test with the line that installs
it.
"""
