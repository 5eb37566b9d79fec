package io.pipedeck.config;

import io.pipedeck.config.ConfigException.Mistake;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What must hold between settings. Each check runs only if the settings it needs can be read. */
final class CrossChecks {
  private static final List<Check> ALL =
      List.of(
          new Check(
              Set.of(StoreSettings.DATABASE_POOL_MIN, StoreSettings.DATABASE_POOL_MAX),
              CrossChecks::pool),
          new Check(
              Set.of(WorkerSettings.WORKER_LEASE, WorkerSettings.WORKER_LEASE_RENEWAL),
              CrossChecks::renewal),
          new Check(
              Set.of(RetentionSettings.RETENTION_DAYS, RetentionSettings.ARCHIVE_DAYS),
              CrossChecks::archiveDays),
          new Check(Set.of(HttpSettings.TLS_CERT, HttpSettings.TLS_KEY), CrossChecks::tls));

  private CrossChecks() {}

  private record Check(Set<Setting<?>> needs, Function<Values, Optional<Mistake>> find) {}

  /**
   * @param wrong the settings that can't be read
   */
  static Stream<Mistake> mistakes(Values values, Set<Setting<?>> wrong) {
    return ALL.stream()
        .filter(check -> check.needs().stream().noneMatch(wrong::contains))
        .flatMap(check -> check.find().apply(values).stream());
  }

  private static Optional<Mistake> pool(Values values) {
    int min = values.get(StoreSettings.DATABASE_POOL_MIN);
    int max = values.get(StoreSettings.DATABASE_POOL_MAX);
    // Whoever set only one of them means that one; the message stands at it.
    Setting<?> at =
        values.isSet(StoreSettings.DATABASE_POOL_MIN)
            ? StoreSettings.DATABASE_POOL_MIN
            : StoreSettings.DATABASE_POOL_MAX;
    return min <= max
        ? Optional.empty()
        : Optional.of(
            values.mistake(
                at,
                "database-pool-min is %d, database-pool-max is %d".formatted(min, max),
                "a minimum that is not above the maximum"));
  }

  private static Optional<Mistake> renewal(Values values) {
    var lease = values.get(WorkerSettings.WORKER_LEASE);
    var renewal = values.get(WorkerSettings.WORKER_LEASE_RENEWAL);
    Setting<?> at =
        values.isSet(WorkerSettings.WORKER_LEASE_RENEWAL)
            ? WorkerSettings.WORKER_LEASE_RENEWAL
            : WorkerSettings.WORKER_LEASE;
    return renewal.multipliedBy(2).compareTo(lease) < 0
        ? Optional.empty()
        : Optional.of(
            values.mistake(
                at,
                "a lease of %d ms is renewed every %d ms"
                    .formatted(lease.toMillis(), renewal.toMillis()),
                "worker-lease-renewal below half of worker-lease, so that one lost renewal"
                    + " doesn't lose the job"));
  }

  private static Optional<Mistake> archiveDays(Values values) {
    int moved = values.get(RetentionSettings.RETENTION_DAYS);
    int deleted = values.get(RetentionSettings.ARCHIVE_DAYS);
    return deleted == 0 || deleted >= moved
        ? Optional.empty()
        : Optional.of(
            values.mistake(
                RetentionSettings.ARCHIVE_DAYS,
                "jobs move to the archive after %d days and are deleted after %d"
                    .formatted(moved, deleted),
                "archive-days not below retention-days, or off"));
  }

  private static Optional<Mistake> tls(Values values) {
    boolean cert = values.isSet(HttpSettings.TLS_CERT);
    if (cert == values.isSet(HttpSettings.TLS_KEY)) {
      return Optional.empty();
    }
    Setting<?> given = cert ? HttpSettings.TLS_CERT : HttpSettings.TLS_KEY;
    Setting<?> missing = cert ? HttpSettings.TLS_KEY : HttpSettings.TLS_CERT;
    return Optional.of(
        values.mistake(
            given, missing.key() + " is missing", "both for HTTPS, or neither for HTTP"));
  }
}
