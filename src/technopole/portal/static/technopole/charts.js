/* Draws every <div class="chart" data-option="id"> from the JSON script block of that id (ECharts options).
   A datum with a "url" opens the rows behind it. The table beside the chart holds the same numbers. */
"use strict";

function drawChart(box) {
  const option = JSON.parse(document.getElementById(box.dataset.option).textContent);
  const chart = window.echarts.init(box, null, { renderer: "svg" });
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  chart.setOption({
    color: ["#0f4c81", "#d08a1d", "#2f7d5b", "#8a4f9e", "#b5483a", "#5b7083", "#7fa3c7"],
    textStyle: { fontFamily: window.getComputedStyle(document.body).fontFamily },
    animation: !still,
    grid: { containLabel: true, left: 8, right: 16, top: 32, bottom: 8 },
    tooltip: {},
    ...option,
  });
  chart.on("click", (hit) => {
    if (hit.data && hit.data.url) window.location.assign(hit.data.url);
  });
  new ResizeObserver(() => chart.resize()).observe(box);
}

function drawCharts(root) {
  root.querySelectorAll(".chart[data-option]:not([data-drawn])").forEach((box) => {
    box.dataset.drawn = "yes";
    drawChart(box);
  });
}

document.addEventListener("DOMContentLoaded", () => drawCharts(document));
document.addEventListener("htmx:afterSwap", (event) => drawCharts(event.target));
