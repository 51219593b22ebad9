// A passkey that could not be made or used: the page says so, in place of a line in the browser's console.
document.addEventListener("allauth.error", (event) => {
  const trouble = document.getElementById("passkey-trouble");
  if (trouble) {
    event.preventDefault();
    trouble.hidden = false;
  }
});
