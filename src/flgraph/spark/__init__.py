"""The measures of one machine past it: plain PySpark on your own session and DataFrames, with the extra `spark`.

Nothing else in flgraph imports this package, and it starts no session. `import flgraph.spark` needs no pyspark; a call
does.
"""

from flgraph.spark.counts import count_citations_by_year, find_cocited
from flgraph.spark.field import SparkField, extract_field
from flgraph.spark.pagerank import SparkRanking, rank_papers

__all__ = [
    "SparkField",
    "SparkRanking",
    "count_citations_by_year",
    "extract_field",
    "find_cocited",
    "rank_papers",
]
