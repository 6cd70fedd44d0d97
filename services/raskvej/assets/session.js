// Says ten minutes before a session ends that it does, and goes on with it when asked to. Without this script one reads at the
// foot of the page until when one is logged in; what is sent too late is kept either way.
"use strict";
const sted = document.querySelector("[data-session]");
if (sted) {
  const FOER = 600; // seconds
  let hentet = Date.now();
  let sagt = "";
  const sig = (hvad, ...dele) => {
    if (sagt === hvad) return; // said once, a screen reader reads it once
    sagt = hvad;
    sted.replaceChildren(...dele);
  };
  // Any page goes on with the session, and says anew when it ends.
  const bliv = async () => {
    const svar = await fetch("/was").then((svar) => svar.text()).catch(() => null);
    if (svar === null) return; // no way there just now: the button stays
    const ny = new DOMParser().parseFromString(svar, "text/html").querySelector("[data-session]");
    sted.dataset.session = ny ? ny.dataset.session : 0;
    sted.dataset.til = ny ? ny.dataset.til : "";
    hentet = Date.now();
    se();
    if (sted.dataset.session > FOER) sig("videre", "Du er logget ind til kl. " + sted.dataset.til + ".");
    sted.focus();
  };
  const se = () => {
    const tilbage = sted.dataset.session - (Date.now() - hentet) / 1000;
    if (tilbage <= 0) {
      sig("slut", "Du er logget ud. Det, du har skrevet, går ikke tabt: send det, og log ind igen, så bliver det vist.");
    } else if (tilbage <= FOER) {
      const knap = document.createElement("button");
      knap.type = "button";
      knap.className = "knap-lille";
      knap.textContent = "Bliv logget ind";
      knap.addEventListener("click", bliv);
      const til = "Du bliver logget ud kl. " + sted.dataset.til + ".";
      if ("sidste" in sted.dataset) sig("sidste", til + " Gem det, du er i gang med, og log ind igen bagefter.");
      else sig("snart", til + " ", knap);
    } else if (sagt !== "videre") sig("");
  };
  setInterval(se, 2000);
  se();
}
