// Command cert-manager is two programs of cert-manager in one binary, chosen by the name it is called by: its controller,
// and the solver that answers HTTP-01 challenges from a pod.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	acmesolver "github.com/cert-manager/cert-manager/cmd/acmesolver/app"
	controller "github.com/cert-manager/cert-manager/cmd/controller/app"
	"github.com/cert-manager/cert-manager/cmd/util"
	logf "github.com/cert-manager/cert-manager/pkg/logs"
)

func main() {
	stop, exit := util.SetupExitHandler(util.GracefulShutdown)
	defer exit()

	var command *cobra.Command
	switch name := filepath.Base(os.Args[0]); name {
	case "cert-manager-controller":
		logf.InitLogs(flag.CommandLine)
		defer logf.FlushLogs()
		command = controller.NewCommandStartCertManagerController(stop)
		command.Flags().AddGoFlagSet(flag.CommandLine)
	case "acmesolver":
		command = acmesolver.NewACMESolverCommand(stop)
	default:
		fmt.Fprintf(os.Stderr, "unknown name %q: link this binary as cert-manager-controller or acmesolver\n", name)
		os.Exit(2)
	}
	if err := command.Execute(); err != nil {
		fmt.Fprintf(os.Stderr, "%s\n", err)
		util.SetExitCode(err)
	}
}
