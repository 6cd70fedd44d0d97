"""Stands in for the binary, so that the harness itself can be tested: serve, token create, verify.

Every setting it was given is seen at /ekko. RASKVEJ_ATTRAP=naegt makes it refuse to start, =doev makes it ignore SIGTERM.
"""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Svarer(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    klar = 0
    ur = []

    def log_message(self, format, *args):
        """Silence."""

    def svar(self, status, krop, **hoveder):
        """Sends an answer."""
        raa = krop if isinstance(krop, bytes) else json.dumps(krop).encode()
        self.send_response(status)
        for navn, vaerdi in hoveder.items():
            self.send_header(navn.replace("_", "-"), vaerdi)
        self.send_header("Content-Length", str(len(raa)))
        self.end_headers()
        self.wfile.write(raa)

    def alt(self):
        """Any method."""
        krop = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == "/readyz":
            type(self).klar += 1
            return self.svar(200 if type(self).klar > 2 else 503, {})
        if self.path == "/videre":
            return self.svar(303, b"", Location="/ekko")
        if self.path == "/api/v1/clock":
            type(self).ur.append([self.headers["Authorization"], json.loads(krop)["til"]])
            return self.svar(200, {})
        self.svar(
            404 if self.path == "/findes-ikke" else 200,
            {
                "metode": self.command,
                "hoveder": {k.lower(): v for k, v in self.headers.items()},
                "krop": krop,
                "miljoe": {k: v for k, v in os.environ.items() if k.startswith("RASKVEJ_")},
                "argumenter": sys.argv[1:],
                "ur": type(self).ur,
            },
            ETag='"7"',
        )

    do_GET = do_POST = do_DELETE = alt


def main():
    """The three commands."""
    arg = sys.argv[1:]
    if arg[0] == "token":
        print("token-" + "-".join(arg[i + 1] for i, a in enumerate(arg) if a in ("--rolle", "--medarbejder")))
    elif arg[0] == "verify":
        print("delvis læst")
        print("kæden brydes ved 3", file=sys.stderr)
        sys.exit(1)
    elif os.environ.get("RASKVEJ_ATTRAP") == "naegt":
        print("RASKVEJ_ATTRAP: naegt kendes ikke", file=sys.stderr)
        sys.exit(2)
    else:
        doev = os.environ.get("RASKVEJ_ATTRAP") == "doev"
        signal.signal(signal.SIGTERM, signal.SIG_IGN if doev else lambda *_: (print("farvel", flush=True), os._exit(0)))
        server = ThreadingHTTPServer(("127.0.0.1", 0), Svarer)
        print("åbner loggen")
        print(f"lytter på http://127.0.0.1:{server.server_port}", flush=True)
        server.serve_forever()


main()
