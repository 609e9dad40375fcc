"""Aggregated records, as the Kinesis Producer Library writes them, by the package `aws_kinesis_agg` of PyPI."""

import aws_kinesis_agg.aggregator


def aggregate(records):
    """The data of one record of a stream that holds pairs of a partition key and data."""
    aggregator = aws_kinesis_agg.aggregator.RecordAggregator()
    for key, data in records:
        if aggregator.add_user_record(key, data) is not None:
            raise ValueError("more than one record holds")
    return aggregator.clear_and_get().get_contents()[2]
