package io.pipedeck.bench;

import java.nio.file.Path;

/**
 * {@link ListBenchmark}: only where it is asked for by name, since filling its table takes long.
 */
final class Lists implements Benchmark {
  @Override
  public String name() {
    return "lists";
  }

  @Override
  public boolean onRequestOnly() {
    return true;
  }

  @Override
  public void run(Session session) throws Exception {
    Path folder = Path.of(System.getProperty("basedir", "."), "target", "bench-lists");
    ListBenchmark.main(
        new String[] {Integer.toString(session.options().rows()), folder.toString()});
  }
}
