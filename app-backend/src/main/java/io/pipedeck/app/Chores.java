package io.pipedeck.app;

import io.pipedeck.archive.Archiver;
import io.pipedeck.db.Database;
import io.pipedeck.document.StageSweeper;
import io.pipedeck.mirror.AbandonedFeed;
import io.pipedeck.mirror.Mirror;
import io.pipedeck.mirror.PrimaryMark;
import io.pipedeck.reconcile.Reconciler;
import io.pipedeck.spool.Spool;
import io.pipedeck.spool.SpoolReplay;
import io.pipedeck.worker.NodePulse;
import io.pipedeck.worker.WorkerPool;
import org.jspecify.annotations.Nullable;

/** What goes on in the background once the schema stands, in the order in which it begins. */
final class Chores {
  private Chores() {}

  /**
   * Begins all.
   *
   * @param workers null in a process that runs no jobs, which does not lead either
   */
  static void start(ThisNode node, Parts parts, @Nullable WorkerPool workers) {
    Database database = parts.stores().database();
    PrimaryMark.set(database);
    follow(node, database);
    parts.queues().start();
    Spool spool = parts.spool();
    if (spool != null) {
      node.keep(new SpoolReplay(spool, database, parts.writer(), parts.queues().replayed()))
          .start();
    }
    if (parts.search() != null) {
      parts.search().start();
    }
    if (workers != null) {
      work(node, parts, workers);
    }
  }

  private static void follow(ThisNode node, Database database) {
    Maintenance.login(node.config().mirror().url())
        .ifPresentOrElse(
            login ->
                node.keep(new Mirror(database, login, Release.VERSION, node.identity())).start(),
            () -> node.keep(new AbandonedFeed(database)).start());
  }

  private static void work(ThisNode node, Parts parts, WorkerPool workers) {
    Database database = parts.stores().database();
    node.keep(
            new Reconciler(
                database,
                parts.queues().ofReconciler(),
                parts.queues().events(),
                parts.queues().shares(),
                new Reconciler.Self(
                    node.identity(), ThisNode.hostName(), () -> NodePulse.vitals().oomKills())))
        .start();
    node.keep(new Archiver(database, node.config().retention(), node.identity())).start();
    node.keep(new StageSweeper(database, node.config().document(), node.identity())).start();
    workers.start();
    node.keep(workers);
    parts.queues().hearClients(workers);
  }
}
