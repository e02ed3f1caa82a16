"use strict";
(function () {
  var config = JSON.parse(document.getElementById("plot-config").textContent);

  document.querySelectorAll("script[data-for]").forEach(function (script) {
    var place = document.getElementById(script.dataset.for);
    var figure = JSON.parse(script.textContent);
    window.Plotly.newPlot(place, figure.data, figure.layout, config).then(function () {
      place.dataset.drawn = "1";
    });
  });

  function resizeAll() {
    document.querySelectorAll(".plot").forEach(function (place) { window.Plotly.Plots.resize(place); });
  }

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (details) {
      if (!details.open) { details.open = true; details.dataset.wasClosed = "1"; }
    });
    resizeAll();
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-was-closed]").forEach(function (details) {
      details.open = false;
      delete details.dataset.wasClosed;
    });
    resizeAll();
  });

  // Sort a table by the column whose button is pressed; empty cells stay at the end.
  function columnOf(header) {
    var table = header.closest("table"), grid = [];
    Array.prototype.forEach.call(table.tHead.rows, function (row, r) {
      grid[r] = grid[r] || [];
      var c = 0;
      Array.prototype.forEach.call(row.cells, function (cell) {
        while (grid[r][c]) { c += 1; }
        for (var i = 0; i < cell.rowSpan; i += 1) {
          grid[r + i] = grid[r + i] || [];
          for (var j = 0; j < cell.colSpan; j += 1) { grid[r + i][c + j] = cell; }
        }
      });
    });
    return grid[grid.length - 1].indexOf(header);
  }

  function keyOf(row, column) {
    var word = row.cells[column].dataset.sort || "", number = Number(word);
    return word === "" ? null : Number.isNaN(number) ? word : number;
  }

  document.querySelectorAll("table.sortable thead button").forEach(function (button) {
    button.addEventListener("click", function () {
      var header = button.closest("th"), body = header.closest("table").tBodies[0], column = columnOf(header);
      var before = header.getAttribute("aria-sort");
      var down = before ? before === "ascending" : typeof keyOf(body.rows[0], column) !== "string";
      header.closest("thead").querySelectorAll("[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      var rows = Array.prototype.slice.call(body.rows);
      rows.sort(function (a, b) {
        var x = keyOf(a, column), y = keyOf(b, column);
        if (x === null || y === null) { return (x === null) - (y === null); }
        var order = typeof x === "string" ? x.localeCompare(y, document.documentElement.lang) : x - y;
        return down ? -order : order;
      });
      rows.forEach(function (row) { body.appendChild(row); });
    });
  });
}());
