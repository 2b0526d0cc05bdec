"""Files to take away: cases, timelines, notes, answers, customers, revenue, as CSV or XLSX; each no more than its reader may see."""
