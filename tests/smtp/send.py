"""Sends one mail with Python's own client and prints how it went: send.py PORT MESSAGE-ID [encoding]."""

import smtplib
import sys
from email.message import EmailMessage

port, message_id, kodning = int(sys.argv[1]), sys.argv[2], (sys.argv[3:] or ["quoted-printable"])[0]
brev = EmailMessage()
brev["From"] = "Raskvej <raskvej@arbejdsplads.example>"
brev["To"] = "Søren Ågård <soeren@arbejdsplads.example>, hr@arbejdsplads.example"
brev["Subject"] = "Frist på fredag: indkald til samtale – æøåÆØÅ, og så et langt emne der må foldes over flere linjer"
brev["Message-ID"] = f"<{message_id}>"
brev["Auto-Submitted"] = "auto-generated"
brev.set_content("Hej\n\n.En linje med punktum først.\nKære læser: måldagen er 17-12-2026, og så en lang linje " + "å" * 90 + "\n", cte=kodning)
brev.add_alternative("<p>Måldagen er 17-12-2026</p>", subtype="html", cte="base64")
try:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as klient:
        klient.send_message(brev, to_addrs=["soeren@arbejdsplads.example", "hr@arbejdsplads.example"])
    print("sendt")
except smtplib.SMTPResponseException as fejl:
    print(fejl.smtp_code)
except smtplib.SMTPRecipientsRefused as fejl:
    print(sorted({kode for kode, _ in fejl.recipients.values()}))
except (smtplib.SMTPServerDisconnected, ConnectionError):
    print("afbrudt")
