package io.pipedeck.cli;

import io.pipedeck.config.Setting;
import io.pipedeck.config.Settings;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Every setting as a flag of its kebab-case name. */
final class SettingFlags {
  private SettingFlags() {}

  static void addTo(CommandSpec spec) {
    for (Setting<?> setting : Settings.all()) {
      if (setting.secret()) {
        continue; // A command line is visible to everybody on the machine.
      }
      spec.addOption(
          OptionSpec.builder("--" + setting.key())
              .paramLabel("<" + setting.environment() + ">")
              .arity("0..1")
              .fallbackValue("true")
              .type(String.class)
              .description(setting.meaning())
              .build());
    }
  }

  /** The flags that were given. */
  static Map<String, String> given(CommandSpec spec) {
    Map<String, String> flags = new HashMap<>();
    for (Setting<?> setting : Settings.all()) {
      OptionSpec option = spec.findOption("--" + setting.key());
      String value = option == null ? null : option.getValue();
      if (value != null) {
        flags.put(setting.key(), value);
      }
    }
    return flags;
  }
}
