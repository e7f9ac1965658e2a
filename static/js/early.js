/* Runs before the first paint, so nothing jumps: marks that scripts run and restores the closed left column. */
(function () {
  var root = document.documentElement;
  root.setAttribute("data-scripts", "on");
  try {
    if (localStorage.getItem("groupware.nav") === "closed") root.setAttribute("data-nav", "closed");
  } catch (error) { /* storage may be refused: the column is open then */ }
})();
