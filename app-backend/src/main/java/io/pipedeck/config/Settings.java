package io.pipedeck.config;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The table of settings, in the order of {@code docs/configuration.md}. */
public final class Settings {
  /** Read before all others: two of the files are in it. Not allowed in a file for that reason. */
  static final Setting<Path> HOME =
      Setting.of(
              "home",
              "home",
              Kinds.path("a folder that this user may write to"),
              "The data folder; without it the usual place of the operating system.")
          .environment("PIPEDECK_HOME");

  private static final List<Setting<?>> ALL =
      Stream.of(
              List.<Setting<?>>of(HOME),
              HttpSettings.ALL,
              StoreSettings.ALL,
              QueueSettings.ALL,
              WorkerSettings.ALL,
              RetentionSettings.ALL,
              DocumentSettings.ALL,
              ParseSettings.ALL,
              EmbedSettings.ALL,
              SecuritySettings.ALL,
              SpoolSettings.ALL,
              RqSettings.ALL)
          .<Setting<?>>flatMap(List::stream)
          .toList();

  private Settings() {}

  /** Every setting there is. */
  public static List<Setting<?>> all() {
    return ALL;
  }
}
