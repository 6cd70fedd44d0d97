"""A real SMTP server for the system tests: aiosmtpd, delivering into a Maildir, with answers on order.

    server.py FOLDER PORT        PORT 0 takes a free one; the port is the first line on stdout

FOLDER/Maildir/new   one file per mail and delivery: one line about the envelope (JSON: sender, recipients), then the mail as it came
FOLDER/plan          one file per answer on order, taken in the order of their names, one per mail:
                       modtag                    as without a plan
                       afvis CODE                CODE after the mail's data
                       afvis-modtager CODE [X.Y.Z]  CODE, and an enhanced code, to every RCPT TO
                       afvis-afsender CODE       CODE to MAIL FROM
                       afbryd                    the connection drops after the data; the mail is lost
                       modtag-og-afbryd          the mail is delivered, but the connection drops before the answer
                       vent MILLISECONDS         a pause, then as without a plan
FOLDER/forsoeg.jsonl one line per attempt: what was answered, and the Message-ID

It ends when its stdin does, so it never outlives the test that started it.
"""

import asyncio
import email
import json
import os
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP


class Modtager:
    """Takes the mails of one folder."""

    def __init__(self, mappe):
        self.plan = mappe / "plan"
        self.maildir = mappe / "Maildir"
        self.forsoeg = mappe / "forsoeg.jsonl"
        self.nummer = 0
        for navn in ("tmp", "new", "cur"):
            (self.maildir / navn).mkdir(parents=True, exist_ok=True)
        self.plan.mkdir(exist_ok=True)

    def naeste(self):
        """The file of the next answer on order, and its words."""
        for fil in sorted(f for f in self.plan.iterdir() if not f.name.startswith(".")):
            return fil, fil.read_text("ascii").split()
        return None, ["modtag"]

    def noter(self, svar, message_id):
        """Remembers an attempt."""
        with self.forsoeg.open("a", encoding="utf-8") as fil:
            fil.write(json.dumps({"svar": svar, "message_id": message_id}) + "\n")

    def aflever(self, envelope):
        """Writes a mail into the Maildir: first under tmp, then moved, so that a reader never sees half of it."""
        self.nummer += 1
        navn = f"{self.nummer:06}.{os.getpid()}.{os.urandom(4).hex()}"
        konvolut = [envelope.mail_from or "", *envelope.rcpt_tos]
        hoved = f"Konvolut: {json.dumps(konvolut)}\r\n".encode()
        tmp = self.maildir / "tmp" / navn
        with tmp.open("wb") as fil:
            fil.write(hoved + envelope.original_content)
        tmp.rename(self.maildir / "new" / navn)

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        """An `afvis-afsender` is answered here."""
        fil, plan = self.naeste()
        if plan[0] == "afvis-afsender":
            fil.unlink()
            self.noter(plan[1], None)
            return f"{plan[1]} bestilt afvisning af afsenderen"
        envelope.mail_from = address
        envelope.mail_options.extend(mail_options)
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        """An `afvis-modtager` is answered here, the same to every recipient of the mail."""
        fil, plan = self.naeste()
        if plan[0] == "afvis-modtager" and not hasattr(envelope, "afvist"):
            fil.unlink()
            self.noter(plan[1], None)
            envelope.afvist = f"{' '.join(plan[1:])} bestilt afvisning af modtageren"
        if hasattr(envelope, "afvist"):
            return envelope.afvist
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Everything else is answered after the mail's data."""
        fil, plan = self.naeste()
        if fil:
            fil.unlink()
        message_id = email.message_from_bytes(envelope.original_content)["Message-ID"]
        if plan[0] == "afvis":
            self.noter(plan[1], message_id)
            return f"{plan[1]} bestilt afvisning"
        if plan[0] == "afbryd":
            self.noter("afbryd", message_id)
            server.transport.abort()
            raise ConnectionResetError("bestilt afbrydelse")
        if plan[0] == "vent":
            await asyncio.sleep(int(plan[1]) / 1000)
        self.aflever(envelope)
        if plan[0] == "modtag-og-afbryd":
            self.noter("modtag-og-afbryd", message_id)
            server.transport.abort()
            raise ConnectionResetError("bestilt afbrydelse efter modtagelse")
        self.noter("250", message_id)
        return "250 OK"


async def koer(mappe, port):
    """Serves until stdin ends."""
    modtager = Modtager(mappe)
    loop = asyncio.get_running_loop()
    # The asked-for drops would otherwise fill stderr with traces.
    loop.set_exception_handler(
        lambda loop, om: None if isinstance(om.get("exception"), ConnectionError) else loop.default_exception_handler(om)
    )
    server = await loop.create_server(
        lambda: SMTP(modtager, enable_SMTPUTF8=True, hostname="postkasse.example", ident="postkasse", loop=loop),
        "127.0.0.1",
        port,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(koer(Path(sys.argv[1]), int(sys.argv[2])))
    os._exit(0)
