"""An SMTP server that takes mails over STARTTLS only, for one test.

    tls.py CERTIFICATE KEY NEWEST

NEWEST is the newest version of TLS that it speaks: 1.1 or 1.3. Prints its port, and then one word a line for what happened:
`mail` for a mail that it took, `klartekst` for one that somebody tried to hand over in the clear.
"""

import socket
import socketserver
import ssl
import sys

CERTIFICATE, KEY, NEWEST = sys.argv[1:]


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CERTIFICATE, KEY)
    if NEWEST == "1.1":
        made.set_ciphers("ALL:@SECLEVEL=0")
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
    return made


class Conversation(socketserver.BaseRequestHandler):
    def say(self, words):
        self.request.sendall(words.encode() + b"\r\n")

    def lines(self):
        """The first word of each line, and the lines after it."""
        lines = self.request.makefile("rb")
        for line in lines:
            yield (line.split() or [b""])[0].upper(), lines

    def handle(self):
        self.say("220 her")
        for word, _ in self.lines():
            if word == b"EHLO":
                self.say("250-her\r\n250-8BITMIME\r\n250 STARTTLS")
            elif word == b"STARTTLS":
                self.say("220 vaersgo")
                self.request = context().wrap_socket(self.request, server_side=True)
                self.take()
                return
            elif word == b"MAIL":
                print("klartekst", flush=True)
                self.say("530 5.7.0 TLS")
            else:
                self.say("250 ok")

    def take(self):
        for word, lines in self.lines():
            if word == b"DATA":
                self.say("354 kom")
                for part in lines:
                    if part == b".\r\n":
                        break
                print("mail", flush=True)
                self.say("250 taget")
            elif word == b"EHLO":
                self.say("250-her\r\n250 8BITMIME")
            else:
                self.say("250 ok")


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that does not like the certificate, or the version, goes away."""


# What `localhost` is first is not the same everywhere.
Server.address_family = socket.AF_INET
with Server(("127.0.0.1", 0), Conversation) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
