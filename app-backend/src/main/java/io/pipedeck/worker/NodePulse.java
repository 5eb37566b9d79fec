package io.pipedeck.worker;

import io.pipedeck.db.Database;
import io.pipedeck.db.DatabaseException;
import io.pipedeck.job.Nodes;
import io.pipedeck.job.Nodes.Node;
import io.pipedeck.job.Nodes.Vitals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the other processes that this one lives, and how it is. */
public final class NodePulse {
  private static final Logger LOG = LoggerFactory.getLogger(NodePulse.class);
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path VMSTAT = Path.of("/proc/vmstat");

  private final Database database;
  private final Node node;
  private final LongSupplier spoolDepth;
  private final Nodes nodes = new Nodes();

  /**
   * The pulse of this process.
   *
   * @param spoolDepth how many transitions it holds that could not be written yet
   */
  public NodePulse(Database database, Node node, LongSupplier spoolDepth) {
    this.database = database;
    this.node = node;
    this.spoolDepth = spoolDepth;
  }

  Node node() {
    return node;
  }

  /** A sign of life; one that can't be written now is left out. */
  void beat() {
    try {
      Vitals vitals = vitals();
      database.inStatement(tx -> nodes.seen(tx, node, vitals, spoolDepth.getAsLong()));
    } catch (DatabaseException e) {
      LOG.debug("No sign of life reached PostgreSQL", e);
    }
  }

  /** The process ends well. */
  void stop() {
    try {
      database.run(tx -> nodes.gone(tx, node.identity()));
    } catch (DatabaseException e) {
      LOG.debug("No farewell reached PostgreSQL", e);
    }
  }

  /** How this process is now; zeros where the system doesn't tell. */
  public static Vitals vitals() {
    return new Vitals(number(STATUS, "VmRSS:") * 1_024, number(VMSTAT, "oom_kill "));
  }

  private static long number(Path file, String name) {
    if (!Files.isReadable(file)) {
      return 0;
    }
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | java.io.UncheckedIOException e) {
      LOG.debug("{} not read", file, e);
      return 0;
    }
  }
}
