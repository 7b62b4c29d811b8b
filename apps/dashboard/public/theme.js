// Before the first paint, which a module would miss: a page that is dark by choice must not flash white.
document.documentElement.dataset.theme = localStorage.getItem('retort.theme') ?? 'system';
