package io.pipedeck.archive;

import io.pipedeck.db.Database;
import java.time.Duration;

/** Another process that moves jobs to the archive until it has moved all or is killed. */
public final class ArchivingProcess {
  private ArchivingProcess() {}

  /**
   * Says so after each chunk.
   *
   * @param arguments JDBC URL, user and password of the database, jobs a chunk
   */
  public static void main(String[] arguments) {
    var login = new Database.Login(arguments[0], arguments[1], arguments[2]);
    int chunk = Integer.parseInt(arguments[3]);
    try (var database = new Database(login, 0, 2, Duration.ofSeconds(10))) {
      var archiver = new Archiver(database, OldJobs.RETENTION, "process");
      boolean more = true;
      while (more) {
        more = archiver.run(chunk);
        System.out.println("moved");
      }
    }
  }
}
