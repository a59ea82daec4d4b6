"""The guard: sees every exchange that code under test has with a gateway, mocked replies included.

Theory of operation. Each HTTP client's outermost public call is wrapped once, when a test first asks for the
guard; libraries that mock replies work further inside, so what they answer passes here too. While no guard
listens, a wrapped call costs one look at a list; a call that no guard wants is left alone. One made inside a
wanted call (requests uses urllib3) belongs to the outer one, which a context variable remembers in threads
and tasks alike.
"""
