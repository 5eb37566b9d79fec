package io.pipedeck.cli;

import io.pipedeck.app.Maintenance;
import io.pipedeck.config.ConfigLoader;
import io.pipedeck.config.ConfigSources;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code migrate}: brings the schema up to date and ends. */
@Command(
    name = "migrate",
    description = "Bring the database's schema up to this release and end.",
    mixinStandardHelpOptions = true)
final class MigrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  static CommandLine commandLine() {
    var line = new CommandLine(new MigrateCommand());
    SettingFlags.addTo(line.getCommandSpec());
    return line;
  }

  @Override
  public Integer call() {
    var config = ConfigLoader.load(ConfigSources.ofProcess(SettingFlags.given(spec)));
    var out = spec.commandLine().getOut();
    int applied = Maintenance.migrate(config, step -> out.println("  " + step + " …"));
    out.println(applied == 0 ? "The schema is up to date." : applied + " migrations applied.");
    out.flush();
    return 0;
  }
}
