package io.pipedeck.bench;

import io.pipedeck.job.NewJob;
import java.util.List;

/** The library's way to enqueue; returns when all are durable. */
interface JobSource extends AutoCloseable {
  void enqueue(List<NewJob> jobs);

  @Override
  void close();
}
