// Says when there may be something new on a page, and touches nothing of it. Without this script one loads the page again.
"use strict";
const linje = document.querySelector("[data-foelg]");
if (linje && window.EventSource) {
  const kilde = new EventSource("/nyt?fra=" + linje.dataset.foelg);
  const sig = (tekst, vis) => {
    kilde.close();
    const vej = new URL(location.href);
    vej.hash = "";
    vej.searchParams.delete("ok");
    vej.searchParams.delete("obs");
    const link = document.createElement("a");
    link.href = vej.pathname + vej.search;
    link.textContent = vis;
    linje.replaceChildren(tekst + " ", link);
  };
  kilde.addEventListener("nyt", () => sig("Der kan være nyt, siden du hentede siden.", "Vis det"));
  kilde.addEventListener("slut", () => sig("Du er logget ud.", "Log ind igen"));
  addEventListener("pagehide", () => kilde.close()); // a page that was left holds no connection
}
