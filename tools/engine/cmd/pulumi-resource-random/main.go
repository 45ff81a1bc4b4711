package main
import _ "github.com/pulumi/pulumi-go-provider"
import _ "github.com/pulumi/pulumi-go-provider/infer"
func main() {}
