package io.pipedeck.embedded;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the database: made once, whole or not at all, with the role and the database that
 * Pipedeck uses.
 *
 * <p>That role may create databases and see statistics, and is no superuser. The superuser has no
 * password, so nobody can log in as it; what needs one is done in single-user mode.
 *
 * @param programs the unpacked PostgreSQL
 * @param home the folder around the cluster, which the server's user owns
 * @param launch how to start its programs
 * @param log takes their output
 */
record PostgresCluster(Path programs, Path home, Launch launch, ServerLog log) {
  /** Name of the role and of its database. */
  static final String NAME = "pipedeck";

  private static final Logger LOG = LoggerFactory.getLogger(PostgresCluster.class);
  private static final String UNFINISHED = "unfinished-";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  Path data() {
    return home.resolve("data");
  }

  Path program(String name) {
    return program(programs, name);
  }

  static Path program(Path programs, String name) {
    Path windows = programs.resolve("bin").resolve(name + ".exe");
    return Files.exists(windows) ? windows : programs.resolve("bin").resolve(name);
  }

  boolean exists() {
    return Files.exists(data());
  }

  /** Refuses files that this PostgreSQL can't open. */
  void checkVersion() throws IOException {
    Path file = data().resolve("PG_VERSION");
    if (Files.notExists(file)) {
      throw new BundledServerException(
          data()
              + " is no PostgreSQL cluster (it has no PG_VERSION). Restore it from a backup, or"
              + " move it away to start with an empty database.");
    }
    String made = Files.readString(file).strip();
    String ours = Integer.toString(Binaries.POSTGRES_MAJOR);
    if (!made.equals(ours)) {
      throw new BundledServerException(
          "The data in %s was made by PostgreSQL %s; this Pipedeck brings PostgreSQL %s, which can't"
                  .formatted(data(), made, ours)
              + " open it. Nothing was changed. Either run the Pipedeck that made it, or upgrade the"
              + " data with pg_upgrade or a dump by PostgreSQL "
              + made
              + " and its restore, or set DATABASE_URL to a server that has the data, or move the"
              + " folder away to start with an empty database.");
    }
  }

  /** Makes the cluster. */
  void create(String password) throws IOException, InterruptedException {
    Path fresh = home.resolve(UNFINISHED + UUID.randomUUID());
    initialize(fresh);
    standAlone(
        fresh,
        """
        CREATE ROLE pipedeck LOGIN CREATEDB PASSWORD '%s'
        GRANT pg_monitor TO pipedeck
        CREATE DATABASE pipedeck OWNER pipedeck
        """
            .formatted(password));
    Durable.moveInto(fresh, data());
  }

  /** Deletes what an interrupted {@link #create} left. */
  void deleteUnfinished() throws IOException {
    try {
      Durable.deleteLeftovers(home, UNFINISHED);
    } catch (DirectoryNotEmptyException e) {
      // The initdb of a killed program is just dying in it; names don't repeat, the next start's
      // turn.
      LOG.info("An unfinished cluster can't be deleted yet: {}", e.getMessage());
    }
  }

  /**
   * Sorting and comparing are PostgreSQL's own and the same everywhere and for ever. What counts as
   * a letter for pg_trgm is asked of the system's locale, so it has to be one that knows more than
   * ASCII; where there is none, trigrams of other letters don't work.
   */
  private void initialize(Path fresh) throws IOException, InterruptedException {
    for (String locale : List.of("C.UTF-8", "en_US.UTF-8")) {
      try {
        run("initdb", initOptions(fresh, locale), "");
        return;
      } catch (BundledServerException e) {
        if (!String.valueOf(e.getMessage()).contains("invalid locale")) {
          throw e;
        }
        Durable.deleteTree(fresh);
      }
    }
    run("initdb", initOptions(fresh, "C"), "");
  }

  /** Gives the role another password; the server must not run. */
  void setPassword(String password) throws IOException, InterruptedException {
    standAlone(data(), "ALTER ROLE pipedeck PASSWORD '" + password + "'\n");
  }

  /** Settings for a small machine end up in postgresql.conf, where an operator may change them. */
  private static List<String> initOptions(Path fresh, String ctype) {
    var options =
        new ArrayList<>(
            List.of(
                "-D",
                fresh.toString(),
                "--username=postgres",
                "--encoding=UTF8",
                "--no-instructions"));
    options.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"));
    options.add("--lc-ctype=" + ctype);
    // With "reject" for the superuser's only way in, initdb asks for no password of it.
    options.addAll(List.of("--auth-local=reject", "--auth-host=scram-sha-256"));
    for (String setting :
        List.of(
            "shared_buffers=64MB",
            "max_connections=100",
            "max_wal_size=512MB",
            "checkpoint_timeout=15min",
            "io_method=sync", // no worker processes: they would only wait
            "jit=off",
            "password_encryption=scram-sha-256",
            "timezone=UTC",
            "log_timezone=UTC",
            "lc_messages=C")) {
      options.addAll(List.of("-c", setting));
    }
    return options;
  }

  /** SQL as the superuser without a server; one statement a line, the first error ends it. */
  private void standAlone(Path cluster, String sql) throws IOException, InterruptedException {
    var options =
        List.of(
            "--single",
            "-D",
            cluster.toString(),
            "-c",
            "exit_on_error=on",
            "-c",
            "log_min_error_statement=panic", // a statement may hold the password
            "postgres");
    run("postgres", options, sql);
  }

  private void run(String program, List<String> options, String input)
      throws IOException, InterruptedException {
    var command = launch.command(program(program), options);
    var process = ServerProcess.start(command, home, input, log, ServerProcess.NEVER_READY);
    try {
      if (!process.awaitExit(PATIENCE)) {
        throw new BundledServerException(
            "%s is not done after %d minutes:\n%s"
                .formatted(program, PATIENCE.toMinutes(), process.lastWords()));
      }
    } finally {
      process.kill(); // of use only if it is still alive
    }
    String output = process.lastWords();
    if (process.exitCode() != 0) {
      throw new BundledServerException(
          program + " failed with exit code " + process.exitCode() + ":\n" + output);
    }
  }
}
