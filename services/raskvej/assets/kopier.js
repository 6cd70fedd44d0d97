// Copies the value of a field. Without this script the fields can be marked and copied by hand.
"use strict";
for (const knap of document.querySelectorAll("button[data-kopier]")) {
  knap.hidden = false;
  knap.addEventListener("click", async () => {
    const felt = document.getElementById(knap.dataset.kopier);
    felt.select();
    try {
      await navigator.clipboard.writeText(felt.value);
    } catch {
      document.execCommand("copy"); // plain http, where there is no clipboard
    }
    document.getElementById("kopieret").textContent = knap.dataset.navn + " er kopieret.";
  });
}
